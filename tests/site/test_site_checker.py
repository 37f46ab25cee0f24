"""The site checker on this site: it finds nothing, and each of many planted faults."""

import json
import shutil
from pathlib import Path
from typing import Any

import check_site
import pytest
from conftest import ROOT

SITE_URL = "https://example.org/calf-release/"


@pytest.fixture(scope="module")
def checked(build: Any) -> Path:
    """Return the folder of the site as it is published, below a path of its own."""
    folder: Path = build(SITE_URL=SITE_URL)
    return folder


def problems_of(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    """Check a site with the settings of this project; return what is told."""
    monkeypatch.chdir(ROOT)
    status = check_site.main([str(site), "--format", "json"])
    problems: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["problems"]
    assert status == any(one["level"] == "error" for one in problems)
    return problems


def test_nothing_is_wrong_with_this_site(
    checked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert problems_of(checked, monkeypatch, capsys) == []


def in_text(name: str, html: str) -> tuple[str, str, str]:
    """Return a change of a page: something more at the end of its text."""
    return name, "</main>", f"{html}</main>"


# A file, what stands in it, what takes its place, and the sentence that tells it. A built page
# may be written with quotes or without: what is looked for is there in both.
PLANTED = {
    "link": (
        *in_text("release", '<a href="../safty/">x</a>'),
        "no such page; did you mean ../safety/?",
    ),
    "old link": (
        *in_text("about", '<a href="../release.md">x</a>'),
        "a Markdown file was not rend",
    ),
    "letter case": (*in_text("index", '<a href="FAQ/">x</a>'), "did you mean faq/?"),
    "sub-path": (*in_text("index", '<a href="/faq/">x</a>'), "leaves the site"),
    "above the root": (
        *in_text("faq", '<a href="../../../calf-release/">'),
        "climbs above the root",
    ),
    "own address": (
        *in_text("faq", f'<a href="{SITE_URL}fax/">'),
        f"no such page; did you mean {SITE_URL}faq/?",
    ),
    "fragment": (
        *in_text("faq", '<a href="../research/#ref-999">x</a>'),
        "no such section on that",
    ),
    "own fragment": (*in_text("faq", '<a href="#how-hart">x</a>'), "did you mean #how-hard?"),
    "plan": (*in_text("index", '<a href="release/#side=up">'), "no such section on that page"),
    "plan of another page": (*in_text("index", '<a href="faq/#side=left">'), "no such section on"),
    "picture": (*in_text("release", '<img src="../figures/gone.svg">'), "no such file"),
    "srcset": (*in_text("index", '<img srcset="a-2x.png 2x">'), "no such file"),
    "poster": (*in_text("index", '<video poster="">'), "the address is empty"),
    "drawing's part": (
        *in_text("index", '<svg><use href="#gone"/></svg>'),
        "no such section on this",
    ),
    "picture's part": (
        *in_text("index", '<img src="images/icon.svg#gone">'),
        "no such id in that drawing",
    ),
    "style": (*in_text("index", '<p style="background: url(paper.png)">'), "no such file"),
    "form": (*in_text("about", '<form action="../send/"></form>'), "no such page"),
    "image map": (*in_text("about", '<img usemap="#m">'), "no such map"),
    "folder": (*in_text("index", '<a href="images/">x</a>'), "this folder has no index.html"),
    "mail": (*in_text("about", '<a href="mailto:">x</a>'), "leads to nobody"),
    "bad address": (*in_text("about", '<a href="http://[::1">x</a>'), "this is not an address"),
    "escaped slash": (*in_text("about", '<a href="../faq%2F">x</a>'), "no file can have %2F"),
    "id twice": (*in_text("safety", '<p id="when-to-stop">'), "this id stands 2 times"),
    "footnote": (*in_text("safety", "<p>So it is.[^3]</p>"), "this Markdown was not rendered"),
    "reference": (
        *in_text("safety", "<p>See [safety][safe].</p>"),
        "this Markdown was not rendered",
    ),
    "canonical": ("faq", f"{SITE_URL}faq/", f"{SITE_URL}faqs/", f"did you mean {SITE_URL}faq/?"),
    "share picture": (
        "faq",
        "images/share.png",
        "images/shore.png",
        f"mean {SITE_URL}images/share.png?",
    ),
    "share picture at the root": ("about", "calf-release/images/share.png", "share.png", "leaves"),
    "icon": ("about", "../images/icon.svg", "../images/icons.svg", "mean ../images/icon.svg?"),
    "linked data": ("faq", '"@context"', '"@context', "this JSON-LD does not parse"),
    "404": (
        "404.html",
        "/calf-release/faq/",
        "/calf-release/fax/",
        "did you mean /calf-release/faq/?",
    ),
    "404 outside": ("404.html", "/calf-release/faq/", "/faq/", "leaves the site"),
    "manifest's icon": ("manifest.webmanifest", "icon", "icom", "no such file"),
    "manifest": ("manifest.webmanifest", "{", "", "this is no JSON"),
    "sitemap": ("sitemap.xml", "/handout/", "/hand-out/", f"did you mean {SITE_URL}handout/?"),
    "search": ("search/search_index.json", "faq/#tingling", "faq/#tinkling", "#tingling?"),
    "question gone": ("faq", "id=foam-rolling", "", "this required section is missing"),
    "question changed": (
        "faq",
        "Does foam rolling help",
        "Does rolling help",
        "question should be",
    ),
    "question demoted": ("faq", "<h2 id=tingling", "<p id=tingling", "is not on a heading"),
    "question empty": ("faq", "Does it?</h2>", "Does it?</h2><h3>Well</h3>", "has no answer"),
    "question unknown": (
        *in_text("faq", "<h2 id=new>And now?</h2>"),
        "does not know this question",
    ),
    "question out of the contents": (
        "faq",
        "href=#how-long",
        "href=#how-hard",
        "do not link to this",
    ),
    "FAQ out of the menu": ("index", "href=faq/", "href=about/", "the navigation does not link"),
    "FAQ out of the sitemap": ("sitemap.xml", "/faq/", "/about/", "sitemap.xml does not list"),
}
WARNED = {
    "slashless": (*in_text("index", '<a href="faq">x</a>'), "with a slash at its end"),
    "not secure": (
        *in_text("index", f'<a href="{SITE_URL.replace("s:", ":")}">'),
        "should be https",
    ),
}


def plant(site: Path, name: str, old: str, new: str) -> Path:
    """Change every place of a file that says `old`; it must be there."""
    file = site / name
    if "." not in name:
        file = site / ("index.html" if name == "index" else f"{name}/index.html")
    text = file.read_text(encoding="utf-8")
    if old not in text:  # where the minifier has no build, attributes keep their quotes
        old, new = (one.replace("id=", 'id="').replace("href=", 'href="') for one in (old, new))
    assert old in text, f"{file.name} does not say {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", [*PLANTED, *WARNED])
def test_a_fault_planted_into_this_site_is_found(
    kind: str,
    checked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = shutil.copytree(checked, tmp_path / "site")
    name, old, new, told = (PLANTED | WARNED)[kind]
    plant(copy, name, old, new)
    problems = problems_of(copy, monkeypatch, capsys)
    level = "warning" if kind in WARNED else "error"
    assert [one for one in problems if told in one["why"] and one["level"] == level]


@pytest.mark.parametrize("name", ["manifest.webmanifest", "images/icon.svg", "images/share.png"])
def test_a_file_that_was_not_published_is_found(
    name: str,
    checked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = shutil.copytree(checked, tmp_path / "site")
    (copy / name).unlink()
    assert problems_of(copy, monkeypatch, capsys)


def test_a_file_and_a_page_too_many_are_told(
    checked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = shutil.copytree(checked, tmp_path / "site")
    (copy / "images/draft.png").touch()
    (copy / "draft.html").touch()
    kinds = [one["kind"] for one in problems_of(copy, monkeypatch, capsys)]
    assert sorted(kinds) == ["orphan", "unused"]


def test_a_plan_in_a_link_is_known_by_its_form(
    checked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = shutil.copytree(checked, tmp_path / "site")
    plan = "side=left&position=floor&tool=roller&rounds=3&seconds=60&days=3&weeks=6"
    plant(copy, *in_text("index", f'<a href="release/#{plan}"></a><a href="release/#side=both">'))
    assert problems_of(copy, monkeypatch, capsys) == []
