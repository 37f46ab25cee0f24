"""The site checker: each rule on a tiny site with its healthy twin, and how faults are reported."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import check_site
import pytest
from conftest import ROOT

CANONICAL = '<link rel="canonical" href="https://example.org/calf/">'
OTHER_FILES = {
    "about/index.html": "<h2 id='why-me'>Why</h2>",
    "plain.html": "",
    "img/a b.png": "",
    "img/1,2.png": "",
    "img/é.png": "",
    "a.pdf": "",
    "a.svg": '<svg><path id="dot"/></svg>',
}

Checker = Callable[..., list[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checker:
    """Return a function that writes a site published under /calf/ and checks it.

    Each page has a Markdown file of the same text. Exit status and summary must fit the lines.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run_on(files: dict[str, str], *arguments: str) -> list[str]:
        for folder in ("site", "docs"):
            shutil.rmtree(folder, ignore_errors=True)
        for name, text in {"index.html": "", **OTHER_FILES, **files}.items():
            text = CANONICAL + text if name == "index.html" else text
            source = name.removesuffix("/index.html").removesuffix(".html") + ".md"
            for file in [f"site/{name}"] + [f"docs/{source}"] * name.endswith(".html"):
                Path(file).parent.mkdir(parents=True, exist_ok=True)
                Path(file).write_text(text, encoding="utf-8")
        return again(*arguments)

    def again(*arguments: str) -> list[str]:
        check_site.text_of.cache_clear()
        status = check_site.main(["site", *arguments])
        *lines, summary = capsys.readouterr().out.splitlines()
        faults = sum("warning" not in line.partition(": ")[2][:8] for line in lines)
        assert status == bool(faults or (lines and "--strict" in arguments))
        assert f": {faults} faults, {len(lines) - faults} warnings" in summary
        return lines

    run_on.again = again  # type: ignore[attr-defined]  # checks what the last call has written
    return run_on


PAGE, FILE, EMPTY = "no such page", "no such file", "the address is empty"
MALFORMED, THAT, THIS = "this URL is malformed", "no such section on that page", "section on this"
LEAVES = "leads out of the site, which is published under /calf/"
NOBODY, RAW = "names no address", "shows as text"
LD = '<script type="application/ld+json">{}</script>'
META = '<meta {}="{}" content="{}">'

# On line 3 of the home page: what is wrong, the address and the reason reported, and what is right.
FAULTS = {
    "link": ('<a href="gone/">', "gone/", PAGE, '<a href="about/"></a><a href="plain">'),
    "area": ('<map><area href="gone/">', "gone/", PAGE, '<map><area href="about/">'),
    "file": ('<a href="b.pdf">', "b.pdf", FILE, '<a href="a.pdf">'),
    "letter case": ('<a href="About/">', "About/", PAGE, '<a href="about/">'),
    "folder without index.html": ('<a href="img/">', "img/", PAGE, '<a href="img/a b.png">'),
    "query": ('<a href="gone/?a=1#b">', "gone/?a=1#b", PAGE, '<a href="about/?a=1#why-me">'),
    "percent": ('<img src="%69mg/ä.png">', "%69mg/ä.png", FILE, '<img src="%69mg/%c3%A9.png">'),
    "fragment": ('<a href="about/#me">', "about/#me", THAT, '<a href="about/#why-me\n:~:text=x">'),
    "own fragment": (
        '<a href="#gone">', "#gone", THIS,
        '<a href="#a"></a><a href="#"></a><a href="#TOP"></a><a href="#%C3%A9"></a>'
        '<a href="#old"></a><p id="a"><p id="é"><a name="old" id="old">',
    ),
    "fragment in a template": (
        '<a href="#a"></a><template><p id="a"></template>', "#a", THIS,
        '<a href="#a"></a><p id="a"><template><p id="a"><img src="x.png"></template>',
    ),
    "declarative shadow root": (
        '<p><template shadowrootmode="open"><a href="gone/"></template>', "gone/", PAGE,
        '<p><template shadowrootmode="open"><a href="about/"></template>',
    ),
    "part of a drawing": (
        '<img src="a.svg#dott">', "a.svg#dott", THAT,
        '<img src="a.svg#dot"><img src="a.svg#svgView(viewBox(0,0,1,1))"><a href="a.pdf#page=2">',
    ),
    "srcset": (
        '<img srcset="img/1,2.png, x.png 2x">', "x.png", FILE,
        '<img srcset="data:image/png;base64,AA== 1x, a.svg?(1,2) (3,4) 2x, a.svg, , a.pdf">',
    ),
    "hint": ('<link rel="icon" href="x/">', "x/", PAGE, '<link rel="DNS-prefetch" href="x/">'),
    "input": ('<input type="Image" src="x.png">', "x.png", FILE, '<input src="x.png">'),
    "preload": ('<link rel="preload" imagesrcset="x.png 1x">', "x.png", FILE, ""),
    "style sheet": ('<link rel="stylesheet" href="x.css">', "x.css", FILE, ""),
    "script": ('<script src="x.js"></script>', "x.js", FILE, "<script></script>"),
    "map": ('<img src="a.svg" usemap="#m">', "#m", "no such map on this page",
            '<img src="a.svg" usemap="#m"><map name="m"></map>'),
    "srcdoc": ("<iframe srcdoc='<a href=gone/>'></iframe>", "gone/", PAGE,
               "<iframe srcdoc='<a href=#a>b</a><p id=a>'></iframe>"),
    "poster": ('<video poster="x.png">', "x.png", FILE, '<video poster="a.svg">'),
    "object": ('<object data="x.png">', "x.png", FILE, '<p data="x.png">'),
    "form": ('<form action="x/">', "x/", PAGE, '<form action="about/"></form><form action="">'),
    "ping": ('<a href="about/" ping="x/">', "x/", PAGE, '<a href="about/" ping="about/">'),
    "svg": ('<svg><use href="x.svg#a"/>', "x.svg#a", FILE, '<svg><use href="a.svg#dot"/>'),
    "svg link": ('<svg><a xlink:href="x/">', "x/", PAGE, '<svg><a xlink:href="about/">'),
    "svg paint": (
        '<svg><rect fill="url(#x)"/></svg>', "#x", THIS,
        '<svg><filter id="a"/><rect fill="url(#a)"/></svg>',
    ),
    "noscript": ('<noscript><img src="x.png"></noscript>', "x.png", FILE, ""),
    "refresh": (META.format("http-equiv", "refresh", "0; url=x/"), "x/", PAGE,
                META.format("http-equiv", "refresh", "5")),
    "style": ("<style>p { background: url( 'x.png' ) }</style>", "x.png", FILE,
              '<style>/* url(x.png) */ p { cursor: url("img/a b.png") }</style>'),
    "style attribute": ('<p style="background: url(x.png)">', "x.png", FILE,
                        '<p style="background: url(a.svg)">'),
    "share picture": (META.format("property", "og:image", "x.png"), "x.png", FILE,
                      META.format("property", "og:image", "https://example.com/x.png")),
    "empty share picture": (META.format("property", "og:image", ""), "<meta og:image>", EMPTY, ""),
    "linked data": (LD.format('{"logo": "https://example.org/calf/x.png"}'),
                    "https://example.org/calf/x.png", FILE,
                    LD.format('{"url": "https://example.org/calf/#me", "sameAs": "https://x.org"}')),
    "relative linked data": (LD.format('{"image": ["x.png"]}'), "x.png", FILE,
                             LD.format('{"image": ["a.svg"], "name": "x.png"}')),
    "linked data with a syntax error": (LD.format('{"a": }'), "<script>", "syntax error", ""),
    "import map": ('<script type="importmap">{"imports": {"a": "./x.js"}}</script>', "./x.js", FILE,
                   '<script type="importmap">{"imports": {"a": "./a.svg"}}</script>'),
    "own address": ('<a href="https://example.org/calf/x/">', "https://example.org/calf/x/", PAGE,
                    '<a href="https://EXAMPLE.org:443/calf/about/#why-me">'),
    "root-relative": ('<a href="/about/">', "/about/", LEAVES, '<a href="/calf/about/">'),
    "relative and out": ('<a href="../about/">', "../about/", LEAVES, '<a href="./a/../about/">'),
    "base": ('<base href="about/"><img src="a.svg">', "a.svg", FILE,
             '<base href="about/"><base href="x/"><img src="../a.svg"><a href="#why-me">'),
    "empty source": ('<img src="">', "<img src>", EMPTY, '<a href="">'),
    "empty style sheet": ('<link rel="stylesheet" href="">', "<link href>", EMPTY, ""),
    "mail to nobody": ('<a href="mailto:">', "mailto:", NOBODY, '<a href="mailto:a@b.c,d@e.f">'),
    "mail without @": ('<a href="mailto:me">', "mailto:me", NOBODY, '<a href="mailto:?subject=x">'),
    "mail with a bad escape": ('<a href="mailto:a%ZZ@b.org">', "mailto:a%ZZ@b.org", NOBODY, ""),
    "telephone": ('<a href="tel:">', "tel:", NOBODY, '<a href="tel:112">'),
    "file of the writer": ('<a href="file:///me/x.html">', "file:///me/x.html", "one computer", ""),
    "malformed URL": ('<a href="http://[::1">', "http://[::1", MALFORMED, '<a href="http://[::1]">'),
    "host without a name": ('<a href="https://a..b/">', "https://a..b/", "no host can have", ""),
    "escaped slash": ('<a href="about%2F">', "about%2F", "no file can", '<a href="about/?x=%2F">'),
    "link to Markdown": ('<a href="about.md">', "about.md", FILE, '<a href="about/">'),
    "reference": ("<p>See [the guide][guide].", "[the guide][guide]", RAW,
                  "<p>find(obj[, name]) [0-9a-f][0-9a-f] data[i][j] [1][2] [^m-n] [sub][sub]pkg"
                  " [-a][-b FILE] <code>[the guide][guide]</code>"),
    "unfinished link": ("<p>See [when to stop](safety.md and", "[when to stop](safety.md", RAW,
                        "<p>See <code>[when to stop](safety.md</code>"),
    "footnote": ("<p>So it is.[^1]", "[^1]", RAW, "<p>So it is.<code>[^1]</code> [^a-z]"),
    "attribute list": ("<p>Steps { #steps }", "{ #steps }", RAW, "<p>Steps {x} {# x #}"),
    "class": ("<p>Steps {: .cr-x }", "{: .cr-x }", RAW, "<pre>{: .cr-x }</pre>"),
    "block": ("<p>/// html | div.cr-card", "/// html | div.cr-card", RAW, "<p>a /// b"),
    "snippet": ("<p>--8&lt;-- 'x.svg'", "--8<--", RAW, "<kbd>--8&lt;--</kbd><p>--8--"),
    "icon": ("<p>:material-home:", ":material-home:", RAW, "<p>material-home"),
}  # fmt: skip


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_reported_once_with_file_and_line(rule: str, run: Checker) -> None:
    wrong, url, why, _ = FAULTS[rule]
    (line,) = run({"index.html": f"\n\n{wrong}"})
    place = "site/index.html: " if url.startswith("<") else "docs/index.md:3: "
    assert line.startswith(f"{place}{url}: ")
    assert why in line


@pytest.mark.parametrize("rule", FAULTS)
def test_its_healthy_twin_is_silent(rule: str, run: Checker) -> None:
    assert run({"index.html": FAULTS[rule][3]}, "--strict") == []


WARNINGS = {
    "no slash": ('<a href="about">', "docs/index.md:3: warning: about: lacks the final slash"),
    "rest of the host": (
        '<img src="https://example.org/x.png">',
        "docs/index.md:3: warning: https://example.org/x.png: leads out of the site",
    ),
    "id twice": ('<p id="a"><p id="a"><a href="#a">', "docs/index.md:3: warning: #a: this id is 2 times on the page"),
    "another host in og:url": (
        META.format("property", "og:url", "http://127.0.0.1:8000/"),
        "docs/index.md:3: warning: http://127.0.0.1:8000/: another host than the site's",
    ),
    "another host in linked data": (
        LD.format('{"url": "https://me.example/", "image": "https://x.org/a.png"}'),
        "docs/index.md:3: warning: https://me.example/: another host than the site's",
    ),
}


@pytest.mark.parametrize("rule", WARNINGS)
def test_a_warning_fails_only_a_strict_run(rule: str, run: Checker) -> None:
    wrong, start = WARNINGS[rule]
    (line,) = run({"index.html": f"\n\n{wrong}"})
    assert line.startswith(start)
    assert run({"index.html": f"\n\n{wrong}"}, "--strict") == [line]


FEED = "<rss><channel><link>\nhttps://example.org/calf/{}</link></channel></rss>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://example.org/calf/{}"/></feed>'
MAP = "<urlset>\n<url><loc>{}</loc></url></urlset>"
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><script src="a.svg"/>\n<a href="{}"/></html>'
# A file that is no HTML: its name, its text with a fault, the start of the line, the right text.
OTHER_KINDS = {
    "css": ("s/a.css", "\np { src: url(x.png) }", "2: x.png: no such", "p { src: url(../a.svg) }"),
    "import": ("a.css", '@import "x.css";', "1: x.css: no such file", '@import "a.css";'),
    "manifest": ("a.webmanifest", '{"icons": [{"src": "x.png"}]}', "1: x.png: no such file",
                 '{"icons": [{"src": "a.svg"}], "start_url": ".", "name": "x.png"}'),
    "JSON": ("manifest.json", "{", " syntax error: Expecting property name", "[1]"),
    "XHTML": ("b.xhtml", XHTML.format("x/"), "2: x/: no such page", XHTML.format("about/")),
    "XML": ("b.xhtml", "<p><b></p>", " syntax error: xml-mismatched-tag", "<p><b/></p>"),
    "drawing": ("b.svg", '<svg><use href="#x"/></svg>', "1: #x: no such section", "<svg></svg>"),
    "RSS": ("feed.xml", FEED.format("x/"), "2: https://example.org/calf/x/: no", FEED.format("")),
    "Atom": ("b.xml", ATOM.format("x/"), "1: https://example.org/calf/x/: no", ATOM.format("")),
    "robots.txt": ("robots.txt", "\nSitemap: https://example.org/calf/sitemap.xml",
                   "2: https://example.org/calf/sitemap.xml: no such", "User-agent: *\nAllow: /"),
    "sitemap": ("sitemap.xml", MAP.format("https://example.org/calf/x/"),
                "2: https://example.org/calf/x/: no such", MAP.format("https://example.org/calf/")),
    "sitemap of a test": ("sitemap.xml", MAP.format("http://10.1.1.1:8000/"),
                          "2: http://10.1.1.1:8000/: another host than the site's", MAP.format(
                              "<![CDATA[https://example.org/calf/about/?a&b]]>")),
    "sitemap of another folder": ("sitemap.xml", MAP.format("https://example.org/about/"),
                                  f"2: https://example.org/about/: {LEAVES}", "<urlset/>"),
    "sitemap without a slash": ("sitemap.xml", MAP.format("https://example.orgabout/"),
                                "2: https://example.orgabout/: another host", "<urlset/>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_fault_in_another_kind_of_file_is_reported(kind: str, run: Checker) -> None:
    name, wrong, start, right = OTHER_KINDS[kind]
    (line,) = run({name: wrong})
    assert line.startswith(f"site/{name}:{start}")
    assert run({name: right}, "--strict") == []


HOME = '<a href="faq/#how-hard"></a>'
QUESTIONS = {"how-hard": "How hard?", "tingling": "Does it tingle?"}
ANSWER = "An answer that is long enough to be one, with forty characters."
HARD, TINGLE = (f'<h2 id="{one}">{text}</h2><p>{ANSWER}</p>' for one, text in QUESTIONS.items())
FAQ = f"<main>{HARD}{TINGLE}</main><footer><p>{ANSWER}</p></footer>"
FAQ_FAULTS = {
    "missing": (TINGLE, "", " the required section #tingling is missing"),
    "not on a heading": (
        '<h2 id="tingling">Does it tingle?</h2>',
        '<p id="tingling">Does it tingle?</p>',
        " the required section #tingling is missing",
    ),
    "repeated": (TINGLE, TINGLE * 2, "1: #tingling: this required section is repeated"),
    "out of order": (HARD + TINGLE, TINGLE + HARD, "1: #tingling: out of order: #how-hard should"),
    "reworded": ("Does it tingle?", "Does it itch?", "1: #tingling: the question should be"),
    "without an answer": (
        TINGLE,
        '<h2 id="tingling">Does it tingle?</h2><p>Short.</p>',
        "1: #tingling: this required section has no answer (6 characters of text)",
    ),
    "in an empty fold": (
        TINGLE,
        '<details><summary><h2 id="tingling">Does it tingle?</h2></summary></details>',
        "1: #tingling: this required section has no answer (0 characters of text)",
    ),
    "cut off": ("How hard?</h2>", "How hard?</h2><h3>More</h3>", "1: #how-hard: this required"),
    "unlisted": (
        "</main>",
        f'<h2 id="new">Who?</h2><p>{ANSWER}</main>',
        '1: #new: pyproject.toml does not list this question: "Who?"',
    ),
}


@pytest.mark.parametrize("rule", FAQ_FAULTS)
def test_each_question_comes_once_in_order_with_an_answer_and_can_be_found(rule: str, run: Checker) -> None:
    listed = "".join(f'{one} = "{text}"\n' for one, text in QUESTIONS.items())
    Path("pyproject.toml").write_text(
        f'[tool.check_site]\nfaq_page = "faq/index.html"\n[tool.check_site.faq]\n{listed}'
    )
    old, new, start = FAQ_FAULTS[rule]
    lines = run({"index.html": HOME, "faq/index.html": FAQ.replace(old, new)})
    lines = [line for line in lines if "no such section" not in line and "is 2 times" not in line]
    assert [line.startswith(f"docs/faq.md:{start}") for line in lines] == [True]
    files = {"index.html": HOME, "faq/index.html": FAQ.replace("hard?", "hard?<a href='#'>¶</a>")}
    address = "https://example.org/calf/{}"
    index = {"search.json": '[{"location": "faq/#how-hard"}, {"location": "faq/#tingling"}]'}
    assert run({**files, **index, "sitemap.xml": MAP.format(address.format("faq/"))}) == []
    folded = FAQ.replace(TINGLE, f"<details><summary>{TINGLE.replace('</h2>', '</h2></summary>')}</details>")
    assert run({"index.html": HOME, "faq/index.html": folded}) == []
    files |= {"search.json": index["search.json"].replace("tingling", "tickling")}
    lines = run({**files, "index.html": "", "sitemap.xml": MAP.format(address.format(""))})
    assert lines == [
        "docs/faq.md: the home page does not link to this page",
        "docs/faq.md: the sitemap does not list this page",
        "docs/faq.md:1: #tingling: the search index does not list this required section",
    ]
    (line,) = run({})
    assert line.startswith("site/faq/index.html: no such page, but pyproject.toml requires")


# Where the site is published


def test_a_site_built_for_another_address_is_the_first_fault(run: Checker) -> None:
    files = {"sitemap.xml": MAP.format("https://example.org/calf/"), "404.html": '<a href="x/">'}
    assert run({**files, "404.html": ""}, "--site-url", "https://example.org/calf") == []
    lines = run(files, "--site-url", "https://me.example/knee/")
    assert lines[0] == (
        "docs/index.md:1: https://example.org/calf/: the site was built for this address, but is"
        " published at https://me.example/knee/; set SITE_URL to that and rebuild"
    )
    assert "site/404.html:1: x/: no such page" in lines
    assert "docs/index.md:1: warning: https://example.org/calf/: another host" in str(lines)
    assert "site/sitemap.xml:2: https://example.org/calf/: another host" in lines[-1]
    (line,) = run({"CNAME": "example.org\n", "calf/index.html": ""})
    assert "built for this address, but is published at https://example.org/" in line


@pytest.mark.parametrize(("address", "handed"), [("https://me.example/", "--site-url https://me.example/ "), (" ", "")])
def test_check_hands_the_published_address_on(tmp_path: Path, address: str, handed: str) -> None:
    stubs = {"scripts/install": "", "scripts/build": "", ".venv/bin/oxlint": ""}
    for name, command in {**stubs, ".venv/bin/python": 'echo "$@"'}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{command}\n")
        file.chmod(0o755)
    shutil.copy(ROOT / "scripts/check", tmp_path / "scripts")
    done = subprocess.run(
        [tmp_path / "scripts/check", "--strict"],
        env=os.environ | {"SITE_URL": address},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"scripts/check_site.py site {handed}--strict\n"


def test_an_address_that_is_sound_on_one_page_may_be_broken_on_another(run: Checker) -> None:
    same = '<a href="../about/"></a><a href="a.html#b"></a><a href="?#b"></a>'
    files = {"guide/a.html": f'{same}<p id="b">', "guide/b.html": same, "index.html": same}
    files["guide/z.html"] = f'<base href="../img/">{same}'
    found = [line.split(": ")[1] for line in run(files)]
    assert found == ["?#b", "?#b", "a.html#b", "../about/", "?#b", "a.html#b"]  # of b, z, index


def test_a_site_that_names_no_address_stands_at_the_root(run: Checker) -> None:
    run({"sitemap.xml": MAP.format("https://x.org/")})
    Path("site/index.html").write_text('<a href="/about/"></a><a href="/"></a><a href="/gone/">')
    assert run.again() == ["site/index.html:1: /gone/: no such page"]  # type: ignore[attr-defined]


def test_what_a_script_reads_of_an_address_is_known_by_its_form(run: Checker) -> None:
    Path("pyproject.toml").write_text('[tool.check_site.fragments]\n"about/index.html" = "side=(left|right)"\n')
    links = '<a href="about/#side=left"></a><a href="about/#side=up"></a>'
    assert run({"index.html": links}) == [f"docs/index.md:1: about/#side=up: {THAT}"]


# Where a fault is reported


def test_the_markdown_is_named_on_every_line_that_has_the_address(run: Checker) -> None:
    page = '<a href="../../about/#me"></a><img src="../../x%20y.png">'
    run({"guide/start/index.html": page})
    Path("docs/guide/start.md").write_text(
        "---\ntitle: ../about.md#me\n---\n[a](../about.md#me), not `../about.md#me`\n"
        "````\n```\n../about.md#me\n````\n<!-- ../about.md#me -->\n"
        "[b]: ../about.md#me\nsee ../about.md#meant\n![c](<../x y.png>)\n"
    )
    assert run.again() == [  # type: ignore[attr-defined]
        f"docs/guide/start.md:4: ../../about/#me: {THAT}",
        f"docs/guide/start.md:10: ../../about/#me: {THAT}",
        "docs/guide/start.md:12: ../../x%20y.png: no such file",
    ]
    Path("docs/guide/start.md").write_text("The template has it.")
    assert run.again("--docs", "docs")[0].startswith("site/guide/start/index.html:1: ")  # type: ignore[attr-defined]


def test_what_only_resembles_a_reference_needs_a_markdown_source(run: Checker) -> None:
    files = {"index.html": "<p>See [the guide][guide]."}
    assert len(run(files)) == 1
    assert run(files, "--docs", "site") == []


def test_what_most_pages_share_is_reported_once_with_its_count(run: Checker) -> None:
    run({f"{name}/index.html": f'<a href="../gone/?{name}">' for name in "abcd"})
    shutil.rmtree("docs")
    count = "(4 times, on 4 of 7 pages)"
    assert run.again() == [  # type: ignore[attr-defined]
        f"site/a/index.html:1: ../gone/?a: no such page {count}"
    ]
    shutil.rmtree("site/a")
    shutil.rmtree("site/b")
    assert len(run.again()) == 2  # type: ignore[attr-defined]


def test_github_gets_annotations(run: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"index.html": '<a href="about"></a><a href="x%,:y.pdf">'}
    run(page)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(AssertionError):  # the fixture counts lines of the other form
        run(page)
    command: list[str | Path] = [sys.executable, ROOT / "scripts/check_site.py", "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[:2] == [
        "::warning file=docs/index.md,line=1::about: lacks the final slash, so that each visit is redirected",
        "::error file=docs/index.md,line=1::x%25,:y.pdf: no such file",
    ]


# Whatever a site holds


def test_strange_files_are_read_to_their_end(run: Checker, tmp_path: Path) -> None:
    folder = Path("site/s")
    run({})
    folder.mkdir()
    shutil.rmtree("docs")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/page.html").write_text('<a href="linked/">')
    for name, goal in {"loop.html": "loop.html", "up": "..", "out": "../../outside"}.items():
        (folder / name).symlink_to(goal)
    os.mkfifo(folder / "pipe.html")
    (folder / "latin.html").write_bytes(b"<p id=\xe9 \xff><a href='\xe9\x00.png'>\x00")
    (folder / "utf-16.html").write_bytes("\ufeff<a href='gone/'>".encode("utf-16"))
    (folder / "folder.html").mkdir()
    (folder / "deep.html").write_text("<div>" * 200_000 + '<a href="gone/">')
    (folder / "wide.html").write_text("<p><b>" * 100_000 + '<a href="gone/">')
    (folder / "manifest.json").write_text("[" * 100_000)
    (folder / "sitemap.xml").write_bytes(b"\xff<loc>")
    (folder / "a.css").write_bytes(b"url(\xff) } ) ] url(" + b"(" * 10_000)
    (folder / os.fsdecode(b"n\xff\n #?%.html")).write_text('<a href="gone/">')
    (folder / "script.html").write_text(LD.format("[" * 100_000) + '<a href="&#xD800;\x1b">')
    lines = run.again()  # type: ignore[attr-defined]
    places = {line.partition(": ")[0].removesuffix(":1") for line in lines}
    assert not any("/up/" in place for place in places)
    names = "script.html deep.html utf-16.html latin.html out/page.html wide.html sitemap.xml"
    names += " manifest.json a.css"
    assert places >= {f"site/s/{name}" for name in [*names.split(), "n\\udcff\\n #?%.html"]}


def test_a_file_that_cannot_be_read_is_a_fault(run: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file.as_posix() == "site/about/index.html":
            raise PermissionError(13, "Permission denied")
        return real(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert run({}) == ["docs/about.md: cannot be read: [Errno 13] Permission denied"]


WRONG_SETTINGS = {
    "[tool.check_site": "Expected ']'",
    "tool = 1": "'int' object",
    "[tool]\ncheck_site = 1": "'int' object",
    "[tool.check_site]\nfaqs = []": "see --help",
    "[tool.check_site]\nfaq = ['x']": "'list' object",
    "[tool.check_site]\nfaq_page = 'x'": "see --help",
    "[tool.check_site]\nfaq_page = 'x'\nfaq.x = 1": "see --help",
    "[tool.check_site.fragments]\n'a.html' = '('": "missing ), unterminated subpattern",
}
WRONG_CALLS = {
    (): "the following arguments are required: SITE_DIR",
    ("gone",): "gone holds no HTML page; build the site first",
    (".", "--loud"): "unrecognized arguments: --loud",
    (".", "--site-url", "mailto:x"): "'mailto:x' is no address of a site",
    (".", "--site-url", "https://x.example/?q"): "is no address of a site",
    (".", "--site-url", ""): "'' is no address of a site",
}


@pytest.mark.parametrize("setting", WRONG_SETTINGS)
def test_a_wrong_setting_is_a_usage_error(setting: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(setting)
    assert WRONG_SETTINGS[setting] in refused(tmp_path, ".")


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_call_is_a_usage_error(call: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    assert WRONG_CALLS[call] in refused(tmp_path, *call)


def refused(folder: Path, *arguments: str) -> str:
    """Run the program where it must not start; return what it says."""
    command: list[str | Path] = [sys.executable, ROOT / "scripts/check_site.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_whoever_reads_only_the_first_line_sees_no_traceback(run: Checker) -> None:
    run({"index.html": "".join(f'<a href="x{number}/">' for number in range(9999))})
    command = f"'{sys.executable}' '{ROOT}/scripts/check_site.py' site | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_help_names_the_settings_and_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        check_site.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(one in text for one in ("faq_page", "faq.", "fragments.", "--site-url", "exit status"))
