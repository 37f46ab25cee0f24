"""Workflows: what they run and when, and what they may do; zizmor checks pins and permissions."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# A script, with folders of tests for one of them.
COMMAND = re.compile(r"\./scripts/\w+( tests/\w+)*")


def read(workflow: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(workflow.read_text())
    assert isinstance(loaded, dict)
    return loaded


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in read(workflow)["jobs"].values() for step in job.get("steps", [])]


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--pedantic", "--no-progress", ROOT / ".github"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_call_scripts_and_no_other_commands() -> None:
    commands = [step["run"] for file in WORKFLOWS for step in steps(file) if "run" in step]
    assert commands
    assert not [command for command in commands if not COMMAND.fullmatch(command)]


def test_only_the_deploy_and_the_report_of_reviews_may_write() -> None:
    writing = {
        job["name"]: {scope for scope, right in job["permissions"].items() if right == "write"}
        for workflow in WORKFLOWS
        for job in read(workflow)["jobs"].values()
        if "write" in job["permissions"].values()
    }
    assert writing == {"Deploy": {"pages", "id-token"}, "Overdue reviews": {"issues"}}


def test_publishing_waits_for_pages_and_the_site_alone() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    assert publish["jobs"].keys() == {"build", "deploy"}
    assert publish["jobs"]["deploy"]["needs"] == "build"
    build = publish["jobs"]["build"]["steps"]
    # A repository with Pages switched off fails within seconds.
    assert build[0]["uses"].startswith("actions/configure-pages@")
    commands = [step["run"] for step in build if "run" in step]
    assert commands == ["./scripts/check", "./scripts/test_site"]
    assert publish["concurrency"]["cancel-in-progress"] is False


def test_an_urgent_publish_skips_only_the_tests() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    # YAML 1.1 reads the key `on` as true.
    urgent = publish[True]["workflow_dispatch"]["inputs"]["urgent"]  # type: ignore[index]
    assert (urgent["type"], urgent["default"]) == ("boolean", False)
    steps_of_jobs = [step for job in publish["jobs"].values() for step in job["steps"]]
    conditions = {step["run"]: step["if"] for step in steps_of_jobs if "if" in step}
    assert conditions == {"./scripts/test_site": "${{ !inputs.urgent }}"}
    assert not [job for job in publish["jobs"].values() if "if" in job]


def test_a_fork_publishes_with_its_own_address_without_edits() -> None:
    check, test = [s["env"] for s in steps(ROOT / ".github/workflows/publish.yml") if "env" in s]
    assert check["SITE_URL"] == "${{ steps.pages.outputs.base_url }}/"
    assert "github.repository" in check["CONTACT_URL"]
    assert test == check


def test_one_python_runs_the_browser_tests_and_the_others_the_rest() -> None:
    job = read(ROOT / ".github/workflows/check.yml")["jobs"]["test"]
    versions = job["strategy"]["matrix"]["python"]
    run = {step["run"]: step["if"] for step in job["steps"] if "run" in step}
    assert run == {
        "./scripts/test": f"matrix.python == '{versions[-1]}'",
        "./scripts/test tests/unit tests/site": f"matrix.python != '{versions[-1]}'",
    }


def test_links_vulnerabilities_and_reviews_are_checked_weekly() -> None:
    jobs = read(ROOT / ".github/workflows/check.yml")["jobs"]
    weekly = {name for name, job in jobs.items() if job.get("if", "").endswith("== 'schedule'")}
    assert weekly == {"links", "audit", "reviews"}
