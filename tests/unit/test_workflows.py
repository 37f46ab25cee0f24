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
    assert not [command for command in commands if not re.fullmatch(r"\./scripts/\w+", command)]


@every_workflow
def test_nothing_is_allowed_that_a_job_does_not_ask_for(workflow: Path) -> None:
    assert read(workflow)["permissions"] == {}


def test_only_the_deploy_may_write() -> None:
    jobs = read(ROOT / ".github/workflows/publish.yml")["jobs"]
    writing = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writing == {"deploy"}
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}


def test_the_site_is_published_only_after_the_checks_and_never_cut_short() -> None:
    publish = read(ROOT / ".github/workflows/publish.yml")
    assert publish["jobs"]["check"]["uses"] == "./.github/workflows/check.yml"
    assert publish["jobs"]["build"]["needs"] == "check"
    assert publish["jobs"]["deploy"]["needs"] == "build"
    assert publish["concurrency"]["cancel-in-progress"] is False


def test_a_fork_publishes_with_its_own_address_and_no_edit() -> None:
    [build] = [s for s in steps(ROOT / ".github/workflows/publish.yml") if "env" in s]
    assert build["env"]["SITE_URL"] == "${{ steps.pages.outputs.base_url }}/"
    assert "github.repository" in build["env"]["CONTACT_URL"]
