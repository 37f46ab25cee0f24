"""Each mistake in a copy of our own sources is one line at its place."""

import shutil
from pathlib import Path

import check_docs
import pytest

ROOT = Path(__file__).parents[2]
SAFETY = "docs/safety.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("images"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def faults(copy: Path, **environ: str) -> list[str]:
    return list(check_docs.faults(copy, environ))


def change(file: Path, old: str, new: str) -> int:
    """Replace a text once, and return the line where it starts."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_our_own_sources_have_no_fault(copy: Path) -> None:
    assert faults(copy) == []


# What is replaced, by what, how many lines below it the fault is, and a part of its sentence.
PAGE = [
    ("/// html | div.cr-card.cr-card--emergency", "// html | div.cr-card", 0, "does neither"),
    ("both legs are weak.\n///\n", "both legs are weak.\n///\n///\n", 2, "does neither"),
    ("cr-card--emergency", "cr-card--emergncy", 0, "no style for cr-card--emergncy"),
    ("Emergency\n{: .cr", "Emergency\n\n{: .cr", 2, "readers see these braces"),
    ("{ #emergency }", "{ emergency }", 0, "readers see these braces"),
    ("if: { #emergency }", "if:{ #emergency }", 0, "readers see these braces"),
    ("(find-the-spot.md){", "(find-the-spot.md) {", 0, "readers see these braces"),
    ("level }\n\n## Call", "level }\nMore\n\n## Call", 1, "put an empty line above"),
    ("if you notice:**\n\n", "if you notice:**\n", 1, "put an empty line above"),
    ("(find-the-spot.md)", "(find-the-spot.md", 0, "lacks a bracket"),
    ("[Find the spot]", "Find the spot]", 0, "lacks a bracket"),
    ("[Find the spot](", "[Find the spot] (", 0, "lacks a bracket"),
    (" { #emergency }", "", 0, "give this heading an id"),
    ("[Find the spot]", "[]", 0, "lacks a bracket"),
    ("**In short:**", "**In short:", 0, "one ** of a pair"),
    ('"spot.svg"', '"spots.svg"', 0, "name of a file in docs/figures"),
    ('--8<-- "spot.svg"', '--8<- "spot.svg"', 0, "name of a file in docs/figures"),
    ("---\ntitle", "title", 0, "put --- above"),
    ("2027-11-22\n---\n", "2027-11-22\n", 1, "put --- above"),
    ("description: Who", "description: Note: who", 0, "not valid YAML"),
    ("description: Who", "descripton: Who", 0, "these keys belong here"),
    ("reviewed: 2026-11-22", "reviewed: 2026-13-22", 0, "must be a day"),
    ("reviewed: 2026-11-22", "reviewed: 2096-11-22", 0, "not in the future"),
    ("review_due: 2027-11-22", "review_due: 2027-02-30", 0, "must be a day"),
    ("review_due: 2027-11-22", "review_due: 2025-11-22", 0, "after `reviewed`"),
    ("title: Before you start", "title:", 0, "`title` must be a text"),
]
SETTINGS = [
    ("  publisher:\n", "  published:\n", 0, "these keys belong here"),
    ("    contact:", "    contacts:", 0, "these keys belong here"),
    ("tools: [release, share,", "tools: [release,", 0, "`tools` must be the pages"),
    ("tools: [release,", "tools: [release, about,", 0, "`tools` must be the pages"),
    ("offline: true", 'offline: "false"', 0, "true or false, without quotes"),
    ("help: *article", "help: javascript:alert(1)", 0, "`help` must be empty, or an address"),
    ('calf-release/"]', 'calf-release"]', 0, "`site_url` must be"),
    ("  offline", "\toffline", 0, "not valid YAML"),
]
TABLE = [(SAFETY, *row) for row in PAGE] + [("mkdocs.yml", *row) for row in SETTINGS]


@pytest.mark.parametrize(("file", "old", "new", "below", "words"), TABLE)
def test_a_mistake_is_reported_at_its_line(
    copy: Path, file: str, old: str, new: str, below: int, words: str
) -> None:
    line = change(copy / file, old, new) + below
    found = faults(copy)
    assert found[0].startswith(f"{file}:{line}: "), found
    assert words in found[0]


def test_a_card_that_is_not_closed_is_one_fault(copy: Path) -> None:
    text = (copy / SAFETY).read_text()
    line = text[: text.index("/// html | div.cr-card")].count("\n") + 1
    change(copy / SAFETY, "both legs are weak.\n///\n", "both legs are weak.\n")
    assert faults(copy) == [
        f"{SAFETY}:{line}: this block is never closed: put /// on a line of its own at its end"
    ]


def test_no_card_is_inside_another(copy: Path) -> None:
    change(copy / SAFETY, "both legs are weak.\n///\n", "both legs are weak.\n")
    change(copy / SAFETY, "fits you.\n///\n\n[TOC]", "fits you.\n///\n///\n\n[TOC]")
    assert "this card is inside the card of line" in faults(copy)[0]


def test_the_plan_allows_what_the_pages_say(copy: Path) -> None:
    change(copy / "docs/js/plan.js", "MOST_SECONDS = 300", "MOST_SECONDS = 900")
    assert all("docs/js/plan.js allows 15 minutes" in fault for fault in faults(copy))
    assert faults(copy)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"---\n\xe9\n---\n", b"---\n[[[\n---\n", b"\0"])
def test_whatever_a_file_holds_is_no_traceback(copy: Path, data: bytes) -> None:
    (copy / SAFETY).write_bytes(data)
    (copy / "mkdocs.yml").write_bytes(data)
    assert any(fault.startswith(f"{SAFETY}:") for fault in faults(copy))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTACT_URL", "javascript:alert(1)"),
        ("CONTACT_URL", "me@example.org"),
        ("CONTACT_URL", "mailto:me"),
        ("CONTACT_URL", "https://example.org/a b"),
        ("SITE_URL", "example.org"),
        ("SITE_URL", "https://example.org/knee"),
        ("PUBLISHER", "A\nB"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(copy: Path, name: str, value: str) -> None:
    (fault,) = faults(copy, **{name: value})
    assert fault.startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["CONTACT_URL", "SITE_URL", "PUBLISHER"])
def test_an_empty_setting_is_none(copy: Path, name: str) -> None:
    assert faults(copy, **{name: "  "}) == []
