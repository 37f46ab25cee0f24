"""Each mistake in our own sources is one line at its place."""

import shutil
from pathlib import Path

import check_docs
import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "docs/sample.md"
# A page with one of each pattern; it stands for all pages.
TEXT = """\
---
title: Before you start
description: Who needs help now, who should ask first, the two places never to press.
reviewed: 2026-11-22
review_due: 2027-11-22
---

# Before you start { #before-you-start }

/// html | div.cr-card.cr-card--emergency
Emergency
{: .cr-card__level }

## Call 911 now if: { #emergency }

- Both legs are weak.
///

/// html | div.cr-card.cr-card--ask
Ask first
{: .cr-card__level }
///

[TOC]

/// html | details.cr-fold[open=""]
/// html | summary
    markdown: block

### Where to get help { #help }
///

| Where you are | What to do |
|---|---|
| UK | Call NHS 111. |
///

--8<-- "who-should-not.md"

/// html | figure.cr-figure
<div>
--8<-- "spot.svg"
</div>

/// html | figcaption
Press the solid spot.
///
///

**Stop if you notice:**

- A weak foot.

[Find the spot](find-the-spot.md){ .cr-button .cr-button--main }
{: .cr-buttons }
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what pages refer to."""
    for folder in ("docs/css", "docs/figures", "docs/js", "docs/lists"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("release", "share", "handout", "progress"):  # they have scripts
        shutil.copy(ROOT / f"docs/{name}.md", tmp_path / "docs")
    return tmp_path


def plant(copy: Path, file: str, old: str = "", new: str = "") -> int:
    """Copy a file with a text replaced once, and return the line where that starts."""
    text = TEXT if file == SAMPLE else (ROOT / file).read_text("utf-8")
    assert old in text
    (copy / file).parent.mkdir(parents=True, exist_ok=True)
    (copy / file).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(copy: Path) -> list[str]:
    return list(check_docs.faults(copy))


# What is replaced, by what, how many lines below it the fault is, and a part of its sentence.
PAGE = [
    ("/// html | div.cr-card.cr-card--emergency", "// html | div.cr-card", 0, "does neither"),
    ("Both legs are weak.\n///\n", "Both legs are weak.\n///\n///\n", 2, "this /// closes nothing"),
    ("Both legs are weak.\n///\n", "Both legs are weak.\n", 2, "the card of line 10 is not closed"),
    ("Emergency\n{", "/// html | div.cr-card\n///\nE\n{", 0, "the card of line 10 is not closed"),
    ("NHS 111. |\n///\n", "NHS 111. |\n", -9, "never closed: put /// on"),
    ("<div>\n", "", 1, "this </div> closes nothing"),
    ("</div>\n", "", 4, "this /// closes nothing"),
    ("[TOC]", "<div markdown>\n[TOC]", 0, "never closed: put </div> on"),
    ("[TOC]", "<!-- To do\n[TOC]", 0, "a comment begins with <!--"),
    ("[TOC]", "[TOC]\n\nTo do -->", 2, "a comment begins with <!--"),
    ("cr-card--emergency", "cr-card--emergncy", 0, "there is no `cr-card--emergncy`"),
    ("Emergency\n{: .cr", "Emergency\n\n{: .cr", 2, "readers see these braces"),
    ("{ #emergency }", "{ emergency }", 0, "a heading needs a space, and an id"),
    ("## Call", "##Call", 0, "a heading needs a space, and an id"),
    ("if: { #emergency }", "if:{ #emergency }", 0, "readers see these braces"),
    ("(find-the-spot.md){", "(find-the-spot.md) {", 0, "readers see these braces"),
    ("level }\n\n## Call", "level }\nMore\n\n## Call", 1, "put an empty line above"),
    ("if you notice:**\n\n", "if you notice:**\n", 1, "put an empty line above"),
    ("(find-the-spot.md)", "(find-the-spot.md", 0, "readers see these brackets"),
    ("[Find the spot]", "Find the spot]", 0, "readers see these brackets"),
    ("[Find the spot](", "[Find the spot] (", 0, "readers see these brackets"),
    ("[Find the spot]", "[]", 0, "readers see these brackets"),
    ("[Find the spot](find-the-spot.md)", "[the spot] (#x)", 0, "readers see these brackets"),
    ("[TOC]", "[TOCC]", 0, "readers see these brackets"),
    ("|---|---|\n", "", -1, "the second line of a table"),
    ('--8<-- "who-should-not.md"', '--8<-- "whom.md"', 0, "there is no `whom.md`"),
    ("# Before you", "## Before you", -1, "a page has one heading with a single #"),
    (" { #emergency }", "", 0, "a heading needs a space, and an id"),
    ("[TOC]", "```\n\n[TOC]", 0, "the ``` that ends a block"),
    ("{ #help }", "{ #emergency }", 0, "#emergency is on line 14, too"),
    ("[TOC]", '--8<-- "spot.svg"', 18, "spot.svg is on line 24, too"),
    ("**Stop if you notice:**", "**Stop if you notice:", 0, "one ** or ` of a pair"),
    ("**Stop if you notice:**", "`Stop if you notice:", 0, "one ** or ` of a pair"),
    ('"spot.svg"', '"spots.svg"', 0, "there is no `spots.svg`"),
    ('--8<-- "spot.svg"', '--8<- "spot.svg"', 0, "name of a file in docs/figures"),
    ("---\ntitle", "title", 0, "put --- above"),
    ("2027-11-22\n---\n", "2027-11-22\n", 1, "put --- above"),
    ("description: Who", "description: Note: who", 0, "not valid YAML"),
    ("description: Who", "descripton: Who", -2, "must be these keys, in this order: title"),
    ("reviewed: 2026-11-22", "reviewed: 2026-13-22", 0, "must be a date"),
    ("reviewed: 2026-11-22", "reviewed: 2096-11-22", 0, "must be a date"),
    ("review_due: 2027-11-22", "review_due: 2027-02-30", 0, "must be a date"),
    ("review_due: 2027-11-22", "review_due: 2025-11-22", 0, "must be a date"),
    ("title: Before you start", "title:", 0, "`title` must be text"),
]
SETTINGS = [
    ("  publisher:\n", "  published:\n", -4, "`extra` must be these keys, in this order"),
    ("    contact:", "    contacts:", -5, "`publisher` must be these keys, in this order"),
    ("tools: [release, share,", "tools: [release,", 0, "`tools` must be the pages"),
    ("tools: [release,", "tools: [release, about,", 0, "`tools` must be the pages"),
    ("offline: true", 'offline: "false"', 0, "true or false, without quotes"),
    ("help: *article", "help: javascript:alert(1)", 0, "`help` must be empty, or an address"),
    ('calf-release/"]', 'calf-release"]', 0, "`site_url` must be"),
    ("  offline", "\toffline", 0, "not valid YAML"),
]
OTHERS = [
    ("docs/css/base.css", "var(--cr-main)", "var(--cr-mian)", 0, "there is no `--cr-mian`"),
    ("docs/figures/spot.svg", "cr-line", "cr-lines", 0, "there is no `cr-lines`"),
    ("docs/figures/spot.svg", "</title>", "", 47, "this drawing is damaged"),
    ("docs/figures/spot.svg", "</svg>", "", 1, "this drawing is damaged"),
    ("overrides/main.html", "{% endif %}\n  <main", "<main", 15, "syntax error: Unexpected"),
    ("overrides/partials/head.html", "/structured", "/struct", 0, "there is no `struct-data.html`"),
    ("overrides/partials/footer.html", ".publisher.help", ".publsher.help", 0, "no `publsher`"),
    ("docs/js/screens.js", 'section("check-before")', 'section("rate")', 0, "there is no `rate`"),
    ("overrides/partials/footer.html", "| trim", "| trimm", 0, "No filter named 'trimm'"),
]  # fmt: skip
TABLE = [(SAMPLE, *row) for row in PAGE] + [("mkdocs.yml", *row) for row in SETTINGS] + OTHERS


@pytest.mark.parametrize(("file", "old", "new", "below", "words"), TABLE)
def test_a_mistake_is_reported_once_at_its_line(
    copy: Path, file: str, old: str, new: str, below: int, words: str
) -> None:
    line = plant(copy, file, old, new) + below
    [found] = faults(copy)
    assert found.startswith(f"{file}:{line}: ")
    assert words in found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("MOST_SECONDS = 300", "MOST_SECONDS = 900", "there is no `5 minutes a calf`"),
        ("rounds: [1, 3, 1]", "rounds: [1, 5, 1]", "there is no `3 rounds at most`"),
    ],
)
def test_the_plan_allows_no_more_than_the_pages_say(copy: Path, old: str, new: str, words: str) -> None:
    plant(copy, "docs/js/plan.js", old, new)
    assert words in faults(copy)[-1]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"---\n\xe9\n---\n", b"---\n[[[\n---\n", b"\0"])
def test_whatever_a_file_holds_is_no_traceback(copy: Path, data: bytes) -> None:
    for file in (SAMPLE, "docs/figures/spot.svg", "mkdocs.yml"):
        (copy / file).write_bytes(data)
    found = faults(copy)
    for file in (SAMPLE, "docs/figures/spot.svg"):
        assert any(fault.startswith(f"{file}:") for fault in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTACT_URL", "javascript:alert(1)"),
        ("CONTACT_URL", "me@example.org"),
        ("CONTACT_URL", "mailto:me"),
        ("CONTACT_URL", "https://example.org/a b"),
        ("SITE_URL", "example.org"),
        ("SITE_URL", " https://example.org/knee/"),
        ("SITE_URL", "https://example.org/knee"),
        ("PUBLISHER", "A\nB"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    plant(copy, "mkdocs.yml")
    [fault] = faults(copy)
    assert fault.startswith(f"{name}: ")


def test_an_empty_setting_is_none(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTACT_URL", "SITE_URL", "PUBLISHER"):
        monkeypatch.setenv(name, "  ")
    plant(copy, "mkdocs.yml")
    assert faults(copy) == []
