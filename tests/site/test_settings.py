"""Every setting in the README can be published, as the workflow does it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, ROOT, TESTED_SITE, Builder
from main_text import parsed

DEFAULT_ADDRESS = "example.org/calf-release"
PUBLISHED_TEXT = (".html", ".xml", ".txt", ".json", ".webmanifest", ".js")
# Independent of the settings.
OF_CONTENT = ("faq", "figure_files", "html_validity", "reading", "research", "safety", "words")
LEFT_OUT = [f"--ignore=tests/site/test_{name}.py" for name in OF_CONTENT]


# What owners set: lines of mkdocs.yml, and variables of the workflow.
OWNERS = {
    "a practice on a domain of its own": (
        {"help": "https://help.example/book?week=1&day=2"},
        {
            "SITE_URL": "https://knee.example/",
            "PUBLISHER": "The Example Practice",
            "CONTACT_URL": "mailto:someone@knee.example",
        },
    ),
    "no help, no copies, and another sub-path": (
        {"help": "", "offline": "false"},
        {"SITE_URL": "https://example.net/other/"},
    ),
}


def fork(folder: Path, lines: dict[str, str]) -> Path:
    """Return a copy of the project with an owner's lines in mkdocs.yml."""
    for part in ("docs", "overrides", "scripts", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    for key, value in lines.items():
        text, found = re.subn(rf"(?m)^( *{key}:).*$", rf"\1 {value}", text)
        assert found == 1, f"{found} lines of {key} in mkdocs.yml"
    (folder / "mkdocs.yml").write_text(text, "utf-8")
    return folder


def run(project: Path, script: str, *arguments: str, **variables: str) -> str:
    """Run a script of a project, and return what it prints; it must succeed."""
    inherited = {k: v for k, v in os.environ.items() if k not in ENVIRONMENT}
    done = subprocess.run(
        [project / "scripts" / script, *arguments],
        env=inherited | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.skipif(bool(TESTED_SITE), reason="this is about other sites")
@pytest.mark.parametrize(("lines", "variables"), OWNERS.values(), ids=OWNERS)
def test_a_site_with_an_owners_settings_is_built_checked_and_tested(
    lines: dict[str, str], variables: dict[str, str], tmp_path: Path
) -> None:
    project = fork(tmp_path / "a fork", lines)
    run(project, "check", **variables)
    said = run(project, "test_site", "-q", *LEFT_OUT, **variables)
    assert re.search(r"^\d{2} passed", said, re.MULTILINE), said
    texts = {
        file.relative_to(project / "site").as_posix(): file.read_text("utf-8")
        for file in (project / "site").rglob("*")
        if file.suffix in PUBLISHED_TEXT
    }
    assert ("manifest.webmanifest" in texts["index.html"]) == ("offline" not in lines)
    assert ("about/" in texts["sw.js"]) == ("offline" not in lines)
    assert all(variables["SITE_URL"] in texts[name] for name in texts if "html" in name)
    left = (DEFAULT_ADDRESS, '"/calf-release/')
    assert not [name for name, text in texts.items() if any(part in text for part in left)]


def test_the_address_is_in_one_setting() -> None:
    published = [file for folder in ("docs", "overrides") for file in (ROOT / folder).rglob("*")]
    files = [file for file in published if file.is_file()]
    assert not [file for file in files if DEFAULT_ADDRESS.encode() in file.read_bytes()]


CONTACT = "https://example.org/report?a=1&copy=2"
AS_TYPED = 'Smith & Sons <info@example.org> "A <b'


@pytest.mark.parametrize("name", ["0777", AS_TYPED])
def test_publisher_and_contact_are_shown_as_typed(build: Builder, name: str) -> None:
    end = parsed(build(PUBLISHER=name, CONTACT_URL=f" {CONTACT}"), "about").select_one(".cr-footer")
    assert end
    assert f"Published by {name}. Something wrong" in " ".join(end.text.split())
    assert CONTACT in [link.attr("href") for link in end.select("a")]


def test_blank_settings_take_the_default(build: Builder) -> None:
    blank = build(PUBLISHER=" ", CONTACT_URL=" ", SITE_URL=" ")
    about = (blank / "about/index.html").read_text("utf-8")
    assert "Published by the maintainers of this site." in about
    assert "Tell the publisher" not in about
    assert DEFAULT_ADDRESS in about
