"""The workflows: pinned, least privilege, and no commands of their own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# Long enough to be a commit's full name; a version beside tells people which one it is.
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# A script, and for one of them which tests.
COMMAND = re.compile(r"\./scripts/\w+( tests/\w+)*")

every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def read(workflow: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(workflow.read_text())
    assert isinstance(loaded, dict)
    return loaded


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in read(workflow)["jobs"].values() for step in job.get("steps", [])]


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--pedantic", "--no-progress", ROOT / ".github"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@every_workflow
def test_every_action_is_pinned_to_a_commit_with_its_version_beside(workflow: Path) -> None:
    uses = re.findall(r"uses: (.+)", workflow.read_text())
    assert uses
    assert not [use for use in uses if not use.startswith("./") and not PINNED.fullmatch(use)]


@every_workflow
def test_workflows_call_scripts_and_no_other_commands(workflow: Path) -> None:
    commands = [step["run"] for step in steps(workflow) if "run" in step]
    assert commands
    assert not [command for command in commands if not COMMAND.fullmatch(command)]


@every_workflow
def test_nothing_is_allowed_that_a_job_does_not_ask_for(workflow: Path) -> None:
    assert read(workflow)["permissions"] == {}


def test_only_the_deploy_and_the_report_of_reviews_may_write() -> None:
    writing = {
        job["name"]: {scope for scope, right in job["permissions"].items() if right == "write"}
        for workflow in WORKFLOWS
        for job in read(workflow)["jobs"].values()
        if "write" in job["permissions"].values()
    }
    assert writing == {"Deploy": {"pages", "id-token"}, "Overdue reviews": {"issues"}}


def test_publishing_waits_for_the_site_alone() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    assert publish["jobs"].keys() == {"build", "deploy"}
    assert publish["jobs"]["deploy"]["needs"] == "build"
    build = publish["jobs"]["build"]["steps"]
    commands = [step["run"] for step in build if "run" in step]
    assert commands == ["./scripts/check", "./scripts/test_site"]
    assert publish["concurrency"]["cancel-in-progress"] is False


def test_pages_not_switched_on_are_reported_before_anything_else() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    assert publish["jobs"]["build"]["steps"][0]["uses"].startswith("actions/configure-pages@")


def test_an_urgent_publish_leaves_out_the_tests_and_nothing_else() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    # YAML 1.1 reads the key `on` as true.
    urgent = publish[True]["workflow_dispatch"]["inputs"]["urgent"]  # type: ignore[index]
    assert (urgent["type"], urgent["default"]) == ("boolean", False)
    steps_of_jobs = [step for job in publish["jobs"].values() for step in job["steps"]]
    conditions = {step["run"]: step["if"] for step in steps_of_jobs if "if" in step}
    assert conditions == {"./scripts/test_site": "${{ !inputs.urgent }}"}
    assert not [job for job in publish["jobs"].values() if "if" in job]


def test_a_fork_publishes_with_its_own_address_and_no_edit() -> None:
    check, test = [s["env"] for s in steps(ROOT / ".github/workflows/publish.yml") if "env" in s]
    assert check["SITE_URL"] == "${{ steps.pages.outputs.base_url }}/"
    assert "github.repository" in check["CONTACT_URL"]
    assert test == check


def test_each_python_runs_its_tests_and_one_of_them_the_browsers() -> None:
    job = read(ROOT / ".github/workflows/check.yml")["jobs"]["test"]
    versions = job["strategy"]["matrix"]["python"]
    run = {step["run"]: step["if"] for step in job["steps"] if "run" in step}
    assert run == {
        "./scripts/test": f"matrix.python == '{versions[-1]}'",
        "./scripts/test tests/unit tests/site": f"matrix.python != '{versions[-1]}'",
    }


def test_each_week_links_known_vulnerabilities_and_reviews_are_looked_at() -> None:
    jobs = read(ROOT / ".github/workflows/check.yml")["jobs"]
    weekly = {name for name, job in jobs.items() if job.get("if", "").endswith("== 'schedule'")}
    assert weekly == {"links", "audit", "reviews"}
