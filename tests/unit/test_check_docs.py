"""Each mistake in our own sources is one line at its place."""

import shutil
from pathlib import Path

import check_docs
import pytest

ROOT = Path(__file__).parents[2]
SAFETY = "docs/safety.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what pages refer to."""
    for folder in ("docs/css", "docs/figures", "docs/js"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "docs/release.md", tmp_path / "docs")  # scripts read its ids
    return tmp_path


def plant(copy: Path, file: str, old: str = "", new: str = "") -> int:
    """Copy a file with a text replaced once, and return the line where that starts."""
    text = (ROOT / file).read_text("utf-8")
    assert old in text
    (copy / file).parent.mkdir(parents=True, exist_ok=True)
    (copy / file).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(copy: Path) -> list[str]:
    return list(check_docs.faults(copy))


# What is replaced, by what, how many lines below it the fault is, and a part of its sentence.
PAGE = [
    ("/// html | div.cr-card.cr-card--emergency", "// html | div.cr-card", 0, "does neither"),
    ("both legs are weak.\n///\n", "both legs are weak.\n///\n///\n", 2, "this /// closes nothing"),
    ("both legs are weak.\n///\n", "both legs are weak.\n", 2, "the card of line 20 is not closed"),
    ("Emergency\n{", "/// html | div.cr-card\n///\nE\n{", 0, "the card of line 20 is not closed"),
    ("fits you.\n///\n\n[TOC]", "fits you.\n\n[TOC]", -10, "never closed: put /// on"),
    ("<div>\n", "", 1, "this </div> closes nothing"),
    ("</div>\n", "", 5, "this /// closes nothing"),
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
    ("# Before you", "## Before you", -1, "a page has one heading with a single #"),
    (" { #emergency }", "", 0, "a heading needs a space, and an id"),
    ("[TOC]", "```\n\n[TOC]", 0, "the ``` that ends a block"),
    ("{ #urgent-knee }", "{ #urgent }", 0, "#urgent is on line 37, too"),
    ("[TOC]", '--8<-- "spot.svg"', 70, "spot.svg is on line 75, too"),
    ("**In short:**", "**In short:", 0, "one ** or ` of a pair"),
    ("**In short:**", "`In short:", 0, "one ** or ` of a pair"),
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
    ("docs/css/site.css", "var(--cr-main)", "var(--cr-mian)", 0, "there is no `--cr-mian`"),
    ("docs/figures/spot.svg", "cr-line", "cr-lines", 0, "there is no `cr-lines`"),
    ("docs/figures/spot.svg", "</title>", "", 44, "this drawing is damaged"),
    ("docs/figures/spot.svg", "</svg>", "", 1, "this drawing is damaged"),
    ("overrides/main.html", "{% endif %}\n  <script", "<script", 21, "syntax error: Unexpected"),
    ("overrides/partials/head.html", "/structured", "/struct", 0, "there is no `struct-data.html`"),
    ("overrides/partials/footer.html", ".publisher.help", ".publsher.help", 0, "no `publsher`"),
    ("docs/js/screens.js", 'section("check-before")', 'section("rate")', 0, "there is no `rate`"),
    ("overrides/partials/page-end.html", "| trim", "| trimm", 0, "No filter named 'trimm'"),
]  # fmt: skip
TABLE = [(SAFETY, *row) for row in PAGE] + [("mkdocs.yml", *row) for row in SETTINGS] + OTHERS


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
    for file in (SAFETY, "docs/figures/spot.svg", "mkdocs.yml"):
        (copy / file).write_bytes(data)
    found = faults(copy)
    for file in (SAFETY, "docs/figures/spot.svg"):
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
