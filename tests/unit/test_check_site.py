"""The site checker: each fault on a tiny site with its healthy twin, and on the real site."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# A program, not an installed package.
sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import check_site

ROOT = Path(__file__).parents[2]

ANSWER = "An answer that is long enough to be one, with forty characters."
FAQ = '[tool.check_site]\nfaq_page = "faq/index.html"\nfaq = ["how-hard", "tingling"]\n'
FAQ_BODY = f'<h2 id="how-hard">How?</h2><p>{ANSWER}</p><h2 id="tingling">Hm?</h2><p>{ANSWER}</p>'
HOME = '<link rel="canonical" href="https://example.org/calf/">'


class Lines(list[str]):
    """The lines that tell faults, and the exit status."""

    status: int


Checker = Callable[[dict[str, str]], Lines]


def read(capsys: pytest.CaptureFixture[str], status: int) -> Lines:
    out, err = capsys.readouterr()
    assert not err
    lines = Lines(out.splitlines()[:-1])
    lines.status = status
    return lines


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Checker:
    """Return a function that writes a site of the given pages and checks it.

    The home page stands under /calf/, and each page but the 404 has a Markdown file.
    """
    monkeypatch.chdir(tmp_path)

    def run_on(files: dict[str, str]) -> Lines:
        files = {"index.html": "", "about/index.html": "<h2 id='why-me'>Why</h2>", **files}
        files["index.html"] = HOME + files["index.html"]
        for name, text in files.items():
            file = Path("site", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            source = Path("docs", name.removesuffix("/index.html").removesuffix(".html") + ".md")
            if name.endswith("index.html"):
                source.parent.mkdir(parents=True, exist_ok=True)
                source.touch()
        return read(capsys, check_site.main(["site"]))

    return run_on


NO_PAGE = "no such page"
NO_FILE = "no such file"
LEAVES = "leaves the site, which is published under /calf/"
EMPTY = "the address is empty"

# On the home page: what is wrong, its line without the file, and the same made right.
FAULTS = {
    "link": ('<a href="gone/">', f"gone/: {NO_PAGE}", '<a href="about/">'),
    "near link": ('<a href="abuot/">', f"abuot/: {NO_PAGE}; did you mean about/?", ""),
    "file": ('<a href="b.pdf">', f"b.pdf: {NO_FILE}; did you mean a.pdf?", '<a href="a.pdf">'),
    "letter case": (
        '<a href="About/">',
        f"About/: {NO_PAGE}; did you mean about/?",
        '<a href="about">',
    ),
    "folder": ('<a href="img/">', "img/: this folder has no index.html", '<a href="img/a b.png">'),
    "query": ('<a href="gone/?a=1#b">', f"gone/?a=1: {NO_PAGE}", '<a href="about/?a=1#why-me">'),
    "percent": (
        '<img src="img/a%20c.bmp">',
        f"img/a%20c.bmp: {NO_FILE}",
        '<img src="img/a%20b.png">',
    ),
    "fragment": (
        '<a href="about/#wyh-me">',
        "about/#wyh-me: no such section on that page; did you mean #why-me?",
        '<a href="about/#why-me">',
    ),
    "own fragment": (
        '<a href="#nowhere">',
        "#nowhere: no such section on this page",
        '<a href="#here"></a><a href="#"></a><a href="#top"></a><a href="#:~:text=x"></a>'
        '<a href="#old"></a><a href="#caf%C3%A9"></a><p id="here"><a name="old"></a><p id="café">',
    ),
    "picture": ('<img src="x.png" alt="">', f"x.png: {NO_FILE}", '<img src="img/a b.png" alt="">'),
    "srcset": (
        '<img srcset="img/1,2.png, x.png 2x">',
        f"x.png: {NO_FILE}",
        '<img srcset="img/1,2.png 1x, img/a%20b.png 2x">',
    ),
    "imagesrcset": (
        '<link rel="preload" imagesrcset="x.png 1x">',
        f"x.png: {NO_FILE}",
        '<link rel="preload" imagesrcset="img/1,2.png 1x">',
    ),
    "script": ('<script src="x.js"></script>', f"x.js: {NO_FILE}", "<script></script>"),
    "sheet": ('<link rel="stylesheet" href="x.css">', f"x.css: {NO_FILE}", ""),
    "poster": ('<video poster="x.png">', f"x.png: {NO_FILE}", '<video poster="img/1,2.png">'),
    "object": ('<object data="x.png">', f"x.png: {NO_FILE}", '<p data="x.png">'),
    "svg": (
        '<svg><use href="gone.svg#a"/></svg>',
        f"gone.svg: {NO_FILE}",
        '<svg><use href="a.svg#a"/>',
    ),
    "svg xlink": (
        '<svg><use xlink:href="gone.svg"/>',
        f"gone.svg: {NO_FILE}",
        '<use xlink:href="#">',
    ),
    "svg own fragment": (
        '<svg><use href="#dot"/></svg>',
        "#dot: no such section on this page",
        '<svg><g id="dot"/><use href="#dot"/></svg>',
    ),
    "noscript": ('<noscript><img src="x.png"></noscript>', f"x.png: {NO_FILE}", ""),
    "refresh": (
        '<meta http-equiv="refresh" content="0; url=gone/">',
        f"gone/: {NO_PAGE}",
        '<meta http-equiv="refresh" content="0; URL=\'about/\'"><meta content=5>',
    ),
    "share picture": (
        '<meta property="og:image" content="https://example.org/calf/x.png">',
        f"x.png: {NO_FILE}",
        '<meta property="og:image" content="https://example.org/calf/img/1,2.png">',
    ),
    "share picture beside the site": (
        '<meta name="twitter:image" content="https://example.org/img/1,2.png">',
        f"https://example.org/img/1,2.png: {LEAVES}",
        '<meta name="twitter:image" content="https://example.com/img/1,2.png">',
    ),
    "own address": (
        '<a href="https://example.org/calf/gone/">',
        f"gone/: {NO_PAGE}",
        '<a href="http://EXAMPLE.org:80/calf/about/#why-me"></a><a href="https://example.org/other/">',
    ),
    "root-relative": ('<a href="/about/">', f"/about/: {LEAVES}", '<a href="/calf/about/">'),
    "climbing": ('<a href="../about/">', f"../about/: {LEAVES}", '<a href="./about/../about/">'),
    "base": (
        '<base href="about/"><img src="img/1,2.png">',
        f"about/img/1,2.png: {NO_FILE}; did you mean img/1,2.png?",
        '<base href="about/"><img src="../img/1,2.png">',
    ),
    "empty": ('<img src="">', f"<img src>: {EMPTY}", '<a href="">'),
    "empty sheet": ('<link rel="stylesheet" href>', f"<link href>: {EMPTY}", ""),
    "mail": ('<a href="mailto:">', "mailto:: leads to nobody", '<a href="mailto:a@example.org">'),
    "telephone": ('<a href="tel:">', "tel:: leads to nobody", '<a href="tel:112">'),
    "not an address": (
        '<a href="http://[::1">',
        "http://[::1: this is not an address",
        '<a href="http://[::1]/gone"></a><a href="data:,x"></a><a href="javascript:x()"></a>',
    ),
    "bad port": (
        '<a href="https://example.org:x/calf/">',
        "https://example.org:x/calf/: this is not an address",
        '<a href="https://example.org:8443/gone/">',
    ),
    "id twice": (
        '<p id="a"><p id="a">',
        "#a: this id stands 2 times on the page",
        '<p id="a"><p id="A"><p id=""><p id="">',
    ),
    "two lines": (
        '<a href="x y\x1b[0m.png">',
        f"x y\\x1b[0m.png: {NO_FILE}",
        '<a href="a\nbout/">',
    ),
}
OTHER_FILES = {"img/a b.png": "", "img/1,2.png": "", "a.pdf": "", "a.svg": ""}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_told_once_with_its_file(kind: str, run: Checker) -> None:
    wrong, line, _ = FAULTS[kind]
    lines = run({"index.html": wrong, **OTHER_FILES})
    assert lines == [f"docs/index.md: {line}"]
    assert lines.status == 1


@pytest.mark.parametrize("kind", FAULTS)
def test_its_healthy_twin_is_silent(kind: str, run: Checker) -> None:
    lines = run({"index.html": FAULTS[kind][2], **OTHER_FILES})
    assert lines == []
    assert lines.status == 0


FAQ_FAULTS = {
    "missing": ("tingling", "tinglin", "this required section is missing; did you mean #tinglin?"),
    "not on a heading": ("h2", "p", "this required id is not on a heading"),
    "no answer": (ANSWER, "", "this required section has no answer (0 characters of text)"),
    "short answer": (
        f"<p>{ANSWER}",
        "<style>p { color: blue; background: white; }</style><p>Short." + "<!--" + "x" * 50 + "-->",
        "this required section has no answer (6 characters of text)",
    ),
    "twice": ('<h2 id="t', '<p id="tingling"><h2 id="t', "this id stands 2 times on the page"),
}


@pytest.mark.parametrize("kind", FAQ_FAULTS)
def test_a_required_section_must_stand_with_an_answer(kind: str, run: Checker) -> None:
    Path("pyproject.toml").write_text(FAQ)
    old, new, why = FAQ_FAULTS[kind]
    before, last = FAQ_BODY[: FAQ_BODY.index("Hm")], FAQ_BODY[FAQ_BODY.index("Hm") :]
    if kind in ("no answer", "short answer"):
        body = before + last.replace(old, new)
    else:
        start = before.rindex("<h2")
        body = before[:start] + (before[start:] + last).replace(old, new)
    page = f"<main>{body}</main><footer><p>{ANSWER}</p></footer>"
    assert run({"faq/index.html": page}) == [f"docs/faq.md: #tingling: {why}"]


def test_a_healthy_faq_is_silent(run: Checker) -> None:
    Path("pyproject.toml").write_text(FAQ)
    assert run({"faq/index.html": FAQ_BODY}) == []


def test_the_answer_ends_at_the_next_heading(run: Checker) -> None:
    Path("pyproject.toml").write_text(FAQ)
    body = FAQ_BODY.replace("<p>", "<div><h3>More</h3></div><p>", 1)
    assert [line[:23] for line in run({"faq/index.html": body})] == ["docs/faq.md: #how-hard:"]


def test_a_missing_faq_page_is_one_fault(run: Checker) -> None:
    Path("pyproject.toml").write_text(FAQ)
    why = "no such page, but pyproject.toml requires its sections"
    assert run({}) == [f"site/faq/index.html: {why}"]


def test_the_404_page_is_named_as_built_and_resolves_under_the_sub_path(run: Checker) -> None:
    links = '<a href="/calf/about/"></a><a href="/calf/gone/"></a><a href="/about/"></a>'
    assert run({"404.html": links}) == [
        f"site/404.html: /about/: {LEAVES}",
        f"site/404.html: gone/: {NO_PAGE}",
    ]


def test_a_site_without_an_address_stands_at_the_root(run: Checker) -> None:
    page = '<link rel="canonical" href="http://[x">'
    lines = run({"index.html": page.replace("canonical", "x")})  # the first canonical link counts
    assert lines == ["docs/index.md: http://[x: this is not an address"]
    Path("site/index.html").write_text('<a href="/about/">')
    assert check_site.main(["site"]) == 0


def test_a_page_in_a_folder_is_named_by_its_markdown_file(run: Checker) -> None:
    link = '<a href="gone/"></a>'
    Path("docs/guide").mkdir(parents=True)
    Path("docs/guide/start.md").touch()
    Path("docs/reindex.md").touch()
    pages = ("guide/index.html", "guide/start.html", "reindex.html", "theme.html")
    files = {**dict.fromkeys(pages, link), **{f"{n}/index.html": "" for n in "abcdef"}}
    assert [line.partition(": ")[0] for line in run(files)] == [
        "docs/guide.md",
        "docs/guide/start.md",
        "docs/reindex.md",
        "site/theme.html",
    ]


def test_what_most_pages_share_is_told_once_with_the_count(run: Checker) -> None:
    pages = {f"{name}/index.html": '<a href="../gone/">' for name in "abc"}
    lines = run({**pages, "index.html": '<a href="gone/">'})
    assert lines == [f"site/index.html: gone/: {NO_PAGE} (on 4 of 5 pages)"]


def test_what_few_pages_share_is_told_for_each(run: Checker) -> None:
    pages = {f"{name}/index.html": '<a href="../gone/">' for name in "ab"}
    assert run(pages) == [f"docs/{name}.md: gone/: {NO_PAGE}" for name in "ab"]


def test_lines_are_sorted(run: Checker) -> None:
    lines = run({"b/index.html": '<a href="z"><a href="y">', "a/index.html": '<a href="x">'})
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_strange_files_do_not_stop_it(run: Checker) -> None:
    folder = Path("site/strange")
    folder.mkdir(parents=True)
    (folder / "latin.html").write_bytes(b"<p id=\xe9 \xff><a href='\xe9\x00.png'>\x00")
    (folder / "nul.html").write_bytes(b"\x00" * 99)
    (folder / "empty.html").touch()
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "up").symlink_to("..")
    (folder / "frames.html").write_text("<frameset>")
    (folder / "folder.html").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.html")
    lines = run({"index.html": '<a href="strange/loop.html"></a><a href="%00%ff%zz"></a>' * 2})
    assert [line.partition(": ")[0] for line in lines] == [
        "docs/index.md",
        "docs/index.md",
        "site/strange/latin.html",
    ]


def test_a_page_that_cannot_be_read_is_a_fault(
    run: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert run({})[0] == "docs/about.md: about/index.html: cannot be read: Permission denied"


def test_success_says_what_was_checked(run: Checker, capsys: pytest.CaptureFixture[str]) -> None:
    run({"index.html": '<a href="about/"></a><a href="https://example.com/">'})
    assert check_site.main(["site"]) == 0
    assert capsys.readouterr().out.startswith("2 pages, 3 links: no problems (0.")


WRONG_SETTINGS = {
    "[tool.check_site": "cannot be read",
    "tool = 1": "must hold",
    "[tool]\ncheck_site = 1": "must hold",
    "[tool.check_site]\nfaqs = []": "must hold",
    "[tool.check_site]\nfaq = 'x'": "list of ids",
    "[tool.check_site]\nfaq = [1]": "list of ids",
    "[tool.check_site]\nfaq = ['x']": "must name the page",
    "[tool.check_site]\nfaq_page = 'x'": "must name the page",
    "[tool.check_site]\nfaq_page = 1\nfaq = ['x']": "must name the page",
    "[tool.check_site]\nfaq_page = 'x'\nfaq = ['x', 'x']": "each id once",
}


def refused(folder: Path, *arguments: str) -> str:
    """Run the program as a user does; return its one sentence."""
    command: list[str | Path] = [sys.executable, ROOT / "scripts/check_site.py", *arguments]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr.startswith("check_site.py: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("setting", WRONG_SETTINGS)
def test_a_wrong_setting_is_told_in_one_sentence(setting: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(setting)
    (tmp_path / "index.html").touch()
    assert WRONG_SETTINGS[setting] in refused(tmp_path, ".")


def test_a_wrong_call_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    assert "SITE_DIR" in refused(tmp_path)
    assert "--loud" in refused(tmp_path, "--loud", "empty")
    assert "is not there" in refused(tmp_path, "gone")
    assert "is not a folder" in refused(tmp_path, "file")
    assert "holds no HTML page" in refused(tmp_path, "empty")
    assert "too long" in refused(tmp_path, "x" * 5000)


def test_help_tells_the_settings_and_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        check_site.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(
        word in text for word in ("SITE_DIR", "faq_page", "[tool.check_site]", "exit status")
    )


# The site as it is built, with one fault each: file, old text, new text, what is told.
# Each old text must be there, once or more; its first place is changed.
PLANTED = {
    "link": ("release", "</article>", '<a href="../safty/">x</a>', "safty/: no such page; did you"),
    "old link": ("about", "</article>", '<a href="../release.md">x</a>', "release.md: no such"),
    "letter case": ("index", "</article>", '<a href="FAQ/">x</a>', "did you mean faq/?"),
    "sub-path": ("index", "</article>", '<a href="/faq/">x</a>', "/faq/: leaves the site"),
    "fragment": ("faq", "</article>", '<a href="../research/#ref-999">x</a>', "#ref-999: no such"),
    "own fragment": ("faq", "</article>", '<a href="#how-hart">x</a>', "did you mean #how-hard?"),
    "picture": ("release", "</article>", '<img src="../figures/gone.svg">', "gone.svg: no such"),
    "srcset": ("index", "</article>", '<img srcset="a-2x.png 2x">', "a-2x.png: no such file"),
    "folder": ("index", "</article>", '<a href="js/">x</a>', "js/: this folder has no index"),
    "icon": ("about", "../images/icon.svg", "../images/icons.svg", "did you mean images/icon"),
    "canonical": ("faq", "calf-release/faq/", "calf-release/faqs/", "faqs/: no such page"),
    "share picture": ("faq", "images/share.png", "images/shore.png", "did you mean images/share"),
    "share picture at the root": ("about", "calf-release/images/share.png", "share.png", "leaves"),
    "404": ("404", "/calf-release/faq/", "/calf-release/fax/", "fax/: no such page"),
    "404 outside": ("404", "/calf-release/faq/", "/faq/", "/faq/: leaves the site"),
    "mail": ("about", "</article>", '<a href="mailto:">x</a>', "mailto:: leads to nobody"),
    "bad address": ("about", "</article>", '<a href="http://[::1">x</a>', "not an address"),
    "id twice": ("safety", "</article>", '<p id="when-to-stop"><p id="when-to-stop">', "stands"),
    "question gone": ("faq", ' id="foam-rolling"', "", "#foam-rolling: this required section"),
    "question demoted": ("faq", '<h2 id="tingling"', '<p id="tingling"', "is not on a heading"),
    "question empty": ("faq", '<h2 id="adhesions"', "<h2>New</h2>", "no answer"),
}


def plant(site: Path, name: str, old: str, new: str) -> Path:
    file = site / (f"{name}.html" if name in ("index", "404") else f"{name}/index.html")
    html = file.read_text(encoding="utf-8")
    assert old in html
    if old == "</article>":
        new += old
    elif new == "<h2>New</h2>":  # put between the question and its answer
        old = html[html.index(old) : html.index("</h2>", html.index(old)) + 5]
        new = old + new
    file.write_text(html.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", PLANTED)
def test_a_fault_planted_into_the_real_site_is_found(
    kind: str,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    copy = shutil.copytree(site, tmp_path / "site")
    name, old, new, line = PLANTED[kind]
    file = plant(copy, name, old, new)
    lines = read(capsys, check_site.main([str(copy)]))
    assert lines.status == 1
    source = file.as_posix() if name == "404" else f"docs/{name}.md"
    assert all(one.startswith(f"{source}: ") for one in lines)
    assert any(line in one for one in lines)


def test_the_real_site_has_no_fault(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    lines = read(capsys, check_site.main([str(site)]))
    assert lines == []
    assert lines.status == 0
