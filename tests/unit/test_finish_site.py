"""What finishing does to a built site, and what it says when there is none."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """\
// What it is for.
import { make } from "./dom.js";

/**
 * Say where.
 *
 * @returns {string} an address
 */
export const where = (name) => `https://example.org/  ${name} /* no comment */`;
const pattern = /[/*]\\/\\//g; // two slashes
"""


makes_smaller = pytest.mark.skipif(
    find_spec("minify") is None,
    reason="the minifier has no build for this system; pyproject.toml says which",
)


def finish(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts/finish_site.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<title>Site</title>")
    (tmp_path / "js").mkdir()
    (tmp_path / "js/where.js").write_text(SCRIPT)
    return tmp_path


@makes_smaller
def test_scripts_lose_their_comments_and_nothing_else(built: Path) -> None:
    done = finish(built)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    finished = (built / "js/where.js").read_text()
    assert "What it is for" not in finished
    assert "@returns" not in finished
    assert "two slashes" not in finished
    # Neither a string nor a pattern is a comment.
    assert "`https://example.org/  ${" in finished
    assert "} /* no comment */`" in finished
    assert r"/[/*]\/\//g" in finished
    assert len(finished) < 0.7 * len(SCRIPT)
    assert "export const where" in finished


def test_finishing_twice_does_no_harm(built: Path) -> None:
    finish(built)
    once = (built / "js/where.js").read_text()
    finish(built)
    assert len((built / "js/where.js").read_text()) <= len(once)
    assert "export const where" in once


@makes_smaller
def test_what_is_no_script_is_told_by_name(built: Path) -> None:
    broken = built / "js/broken.js"
    broken.write_text("const = ;")
    done = finish(built)
    assert done.returncode == 1
    assert done.stderr.startswith(f"finish_site: {broken} is no script")


@pytest.mark.parametrize("kind", ["nothing", "no folder", "an empty folder", "a file", "two"])
def test_what_is_no_site_is_told_in_one_line(built: Path, kind: str) -> None:
    given: dict[str, list[str | Path]] = {
        "nothing": [],
        "no folder": [built / "none"],
        "an empty folder": [built / "js"],
        "a file": [built / "index.html"],
        "two": [built, built],
    }
    done = finish(*given[kind])
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("finish_site: ")
    assert "give its folder, the one with index.html" in line


def test_a_script_that_is_no_text_is_told_by_name(built: Path) -> None:
    broken = built / "js/broken.js"
    broken.write_bytes(b"const a = '\xff';")
    done = finish(built)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert str(broken) in line
