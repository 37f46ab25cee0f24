"""The commands, run for real; each reports an error in one sentence."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)

every_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments], env=os.environ | environment, capture_output=True, text=True, timeout=60
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one error line of a script that failed."""
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Installing ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what the install needs, without `.venv`, in a folder with a space."""
    folder = tmp_path / "calf release"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


def stub(folder: Path, script: str) -> Path:
    """Write a `python3` that runs a shell script, and return its path."""
    python = folder / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return python


@pytest.fixture
def project(copy: Path) -> Path:
    """Return a copy of what serving needs; its `.venv` is the one running this test."""
    for folder in ("docs", "overrides"):
        shutil.copytree(ROOT / folder, copy / folder)
    shutil.copy(ROOT / "mkdocs.yml", copy)
    (copy / ".venv").symlink_to(Path(sys.prefix))
    return copy


def answer(address: str, wanted: str, seconds: float = 60) -> str:
    """Request a page until it contains the words, and return the last answer."""
    last = ""
    until = time.monotonic() + seconds
    while wanted not in last and time.monotonic() < until:
        with contextlib.suppress(OSError), urlopen(address, timeout=5) as page:
            last = page.read().decode()
        time.sleep(0.2)
    return last


def test_serve_shows_the_site_and_each_change_of_it(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/calf-release/"
    with subprocess.Popen(
        [project / "scripts/serve", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert "Calf release for knee pain" in answer(address, "</html>")
            home = project / "docs/index.md"
            home.write_text(home.read_text("utf-8") + "\nA sentence just written.\n", "utf-8")
            assert "A sentence just written." in answer(address, "just written")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
        assert server.stdout is not None
        assert address in server.stdout.read(), "serve did not print its address"


NO_VENV = f'case "$2" in *venv*) exit 1 ;; *) exec "{sys.executable}" "$@" ;; esac'
OLD = 'case "$2" in *platform*) echo "Python 3.9.6" ;; *) exit 1 ;; esac'


@every_script
def test_a_script_is_short_and_says_what_it_does(script: Path) -> None:
    assert os.access(script, os.X_OK)
    first, why, *rest = script.read_text().splitlines()
    assert first == "#!/bin/sh"
    assert re.fullmatch(r"# [A-Z].+", why)
    assert rest[:2] == ["set -eu", 'cd "$(dirname "$0")/.."']
    # The three lines that every script opens with are not counted.
    assert len([line for line in rest[2:] if not line.startswith("#")]) <= 12


def test_only_one_script_names_the_builder() -> None:
    files = [*SCRIPTS, *(ROOT / ".github").rglob("*.yml"), ROOT / ".ci/run"]
    commands = {file.name: re.sub(r"(^|\s)#.*", "", file.read_text(), flags=re.MULTILINE) for file in files}
    assert [name for name, text in commands.items() if "mkdocs" in text] == ["build"]


@pytest.mark.parametrize("port", ["abc", "80", "65536", "99999999999999999999"])
def test_an_invalid_port_is_reported_in_one_sentence(port: str) -> None:
    sentence = refusal(run(ROOT / "scripts/serve", port))
    assert sentence == (
        f"serve: '{port}' is not a valid port; use a number from 1024 to 65535, as in ./scripts/serve 8080"
    )


def test_a_port_in_use_is_reported_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sentence = refusal(run(ROOT / "scripts/serve", str(port)))
    assert sentence.startswith(f"serve: port {port} is in use; stop the program using it, or ")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (OLD, "Python 3.11.5 or later is needed, and {} is Python 3.9.6;"),
        ("exit 1", "Python 3.11.5 or later is needed, and {} is not a working Python;"),
        (NO_VENV, "{} has no venv module; on Debian or Ubuntu, run: sudo apt install python3-venv"),
    ],
)
def test_an_unusable_python_is_reported_in_one_sentence(copy: Path, tmp_path: Path, answers: str, said: str) -> None:
    python = stub(tmp_path, answers)
    assert said.format(python) in refusal(run(copy / "scripts/install", PYTHON=str(python)))
    assert not (copy / ".venv").exists()


def test_an_old_python_on_the_path_is_reported_in_one_sentence(copy: Path, tmp_path: Path) -> None:
    python = stub(tmp_path, OLD)
    for newer in ("python3.11", "python3.12", "python3.13", "python3.14"):
        shutil.copy(python, tmp_path / newer)
    sentence = refusal(run(copy / "scripts/install", PYTHON="", PATH=f"{tmp_path}:/usr/bin:/bin"))
    assert "Python 3.11.5 or later is needed, and python3 is Python 3.9.6;" in sentence


def test_an_install_offline_is_reported_in_one_sentence_and_tried_again(copy: Path, tmp_path: Path) -> None:
    answers = f'''case "$2" in
      venv) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
      pip) echo "no connection" && exit 1 ;;
      *) exec "{sys.executable}" "$@" ;;
    esac'''
    said = refusal(run(copy / "scripts/install", PYTHON=str(stub(tmp_path, answers))))
    assert said.startswith("install: the tools could not be downloaded and installed; check the network and try again")
    assert (copy / ".venv/install.log").read_text() == "no connection\n"
    assert not (copy / ".venv/lock.txt").exists()


@pytest.mark.parametrize(
    ("python", "newer", "said"),
    [
        (sys.executable, "", ""),
        (sys.executable, "# newer lock\n", "is not a working Python;"),
        ("/nowhere/python3", "", "is not a working Python;"),
    ],
)
def test_only_an_outdated_or_broken_install_is_repeated(copy: Path, python: str, newer: str, said: str) -> None:
    (copy / ".venv/bin").mkdir(parents=True)
    (copy / ".venv/bin/python").symlink_to(python)
    shutil.copy(copy / "requirements.txt", copy / ".venv/lock.txt")
    with (copy / "requirements.txt").open("a") as lock:
        lock.write(newer)
    # This Python would stop the install.
    done = run(copy / "scripts/install", PYTHON="/nowhere/python3")
    assert (done.returncode, done.stdout) == (bool(said), "")
    assert said in done.stderr if said else not done.stderr


def audit(copy: Path, words: str, status: int) -> subprocess.CompletedProcess[str]:
    """Run the audit with a stub of pip-audit that prints words and exits with a status."""
    (copy / ".venv/bin").mkdir(parents=True)
    shutil.copy(copy / "requirements.txt", copy / ".venv/lock.txt")
    answer = f'[ "$1" = -c ] || {{ echo "{words}" >&2; exit {status}; }}'
    stub(copy / ".venv/bin", answer).rename(copy / ".venv/bin/python")
    return run(copy / "scripts/audit")


def test_a_known_vulnerability_fails_the_audit(copy: Path) -> None:
    done = audit(copy, "jinja2 1.0 GHSA-462w-v97r-4m45 2.10.1", 1)
    assert done.returncode == 1
    said, fix = done.stderr.splitlines()
    assert said.startswith("jinja2 1.0 GHSA")
    assert fix.startswith("audit: raise those pins")


@pytest.mark.parametrize("fault", ["ConnectionError", "ReadTimeout", "ProxyError", "ServiceError"])
def test_an_audit_without_the_database_says_that_it_was_skipped(copy: Path, fault: str) -> None:
    done = audit(copy, f"Traceback\nsome.module.{fault}: no", 1)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("audit: skipped")


def test_the_real_auditor_is_skipped_offline() -> None:
    done = run(ROOT / "scripts/audit", HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY="")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ("audit: skipped, as the vulnerability database cannot be reached\n")


ISSUE = "--title Pages are due for review --body"
EARLY = "- `docs/early.md`, due on 2027-11-22"


@pytest.mark.parametrize(
    ("day", "open_issue", "said", "done"),
    [
        ("20271122", "", "No review is overdue.", []),
        ("20271123", "", f"{EARLY}\n\nReview each page", [f"issue create {ISSUE} {EARLY}"]),
        ("20300101", "7", f"{EARLY}\n- `docs/late.md`", [f"issue edit 7 --body {EARLY}"]),
    ],
)
def test_overdue_reviews_open_or_update_one_issue(
    copy: Path, day: str, open_issue: str, said: str, done: list[str]
) -> None:
    (copy / "docs").mkdir()
    for name, due in (("early", "2027-11-22"), ("late", "2028-02-01")):
        (copy / f"docs/{name}.md").write_text(f"---\ntitle: T\nreview_due: {due}\n---\n\n# T\n")
    calls = copy / "calls"
    gh = f'echo "$@" >>"{calls}"; [ "$2" != list ] || echo "{open_issue}"'
    stub(copy, gh).rename(copy / "gh")
    path = f"{copy}:{os.environ['PATH']}"
    report = run(copy / "scripts/report_reviews", BUILD_DATE=day, PATH=path)
    assert report.returncode == 0, report.stderr
    assert report.stdout.startswith(said)
    found = re.findall("^issue .*", calls.read_text(), re.MULTILINE) if calls.exists() else []
    assert found[1:] == done
    assert ["issue list --state open" in one for one in found[:1]] == [True] * len(done)


def test_a_missing_browser_is_reported_in_one_sentence(copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname"):
        found = shutil.which(tool)
        assert found
        (tools / tool).symlink_to(found)
    (tools / "id").write_text("#!/bin/sh\necho 1000\n")
    (tools / "id").chmod(0o755)
    (copy / ".venv/bin").mkdir(parents=True)
    stub(copy / ".venv/bin", "exit 1").rename(copy / ".venv/bin/python")
    sentence = refusal(run(copy / "scripts/get_browser", PATH=str(tools)))
    assert "install Google Chrome or Chromium and try again" in sentence
