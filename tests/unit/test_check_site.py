"""The site checker: each fault on a tiny site with its healthy twin, and how it is told."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import check_site
import pytest
from checker import rules

ROOT = Path(__file__).parents[2]

CANONICAL = '<link rel="canonical" href="https://example.org/calf/">'


class Lines(list[str]):
    """The lines that tell faults, and the exit status."""

    status: int


Checker = Callable[..., Lines]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Checker:
    """Return a function that writes a site of the given files, and checks it.

    The site is published under /calf/. Each page but the 404 has a Markdown file with the same
    text; each other file is linked to, so that nothing but what a test plants is wrong.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run_on(files: dict[str, str], *arguments: str) -> Lines:
        pages = {"index.html": "", "about/index.html": "<h2 id='why-me'>Why</h2>", **files}
        pages["index.html"] = CANONICAL + pages["index.html"]
        links = "".join(f'<a href="/calf/{quote(name)}"></a>' for name in pages)
        for name, text in {"404.html": links, **pages}.items():
            file = Path("site", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            source = Path("docs", name.removesuffix("/index.html").removesuffix(".html") + ".md")
            if name.endswith("index.html"):
                source.parent.mkdir(parents=True, exist_ok=True)
                source.write_text(text, encoding="utf-8")
        status = check_site.main(["site", *arguments])
        out, err = capsys.readouterr()
        assert not err
        lines = Lines(out.splitlines()[:-1])
        lines.status = status
        return lines

    return run_on


NO_PAGE = "no such page"
NO_FILE = "no such file"
LEAVES = "leaves the site, which is published under /calf/"
CLIMBS = "climbs above the root of the site"
EMPTY = "the address is empty"
NOWHERE = "this is not an address"
NO_NAME = "no file can have %2F or %00 in its name"
THAT = "no such section on that page"
THIS = "no such section on this page"
RAW = "this Markdown was not rendered"

# On the home page: what is wrong, its line without the file, and the same made right.
FAULTS = {
    "link": ('<a href="gone/">', f"gone/: {NO_PAGE}", '<a href="about/">'),
    "near link": ('<a href="abuot/">', f"abuot/: {NO_PAGE}; did you mean about/?", ""),
    "area": ('<map><area href="gone/">', f"gone/: {NO_PAGE}", '<map><area href="about/">'),
    "file": ('<a href="b.pdf">', f"b.pdf: {NO_FILE}", '<a href="a.pdf">'),
    "letter case": (
        '<a href="About/">',
        f"About/: {NO_PAGE}; did you mean about/?",
        '<a href="about/">',
    ),
    "folder": ('<a href="img/">', "img/: this folder has no index.html", '<a href="img/a b.png">'),
    "query": ('<a href="gone/?a=1#b">', f"gone/?a=1#b: {NO_PAGE}", '<a href="about/?a=1#why-me">'),
    "index": ('<a href="img/index.html">', f"img/index.html: {NO_PAGE}", '<a href="index.html">'),
    "percent": (
        '<img src="img/a%20c.bmp">',
        f"img/a%20c.bmp: {NO_FILE}",
        '<img src="img/a%20b.png">',
    ),
    "percent, either case": (
        '<img src="img/%C3%AA.png">',
        f"img/%C3%AA.png: {NO_FILE}",
        '<img src="img/%C3%A9.png"><img src="img/%c3%a9.png"><img src="%69mg/é.png">',
    ),
    "fragment": (
        '<a href="about/#wyh-me">',
        f"about/#wyh-me: {THAT}; did you mean #why-me?",
        '<a href="about/#why-me">',
    ),
    "own fragment": (
        '<a href="#nowhere">',
        f"#nowhere: {THIS}",
        '<a href="#here"></a><a href="#"></a><a href="#top"></a><a href="#:~:text=x"></a>'
        '<a href="#old"></a><a href="#caf%C3%A9"></a><p id="here"><a name="old"></a><p id="café">',
    ),
    "fragment, raw first": (
        '<a href="#a%20b"></a><p id="a%2520b">',
        f"#a%20b: {THIS}",
        '<a href="#a%20b"></a><a href="#c%20d"></a><p id="a%20b"><p id="c d">',
    ),
    "fragment in a template": (
        '<a href="#here"></a><template><p id="here"></template>',
        f"#here: {THIS}",
        '<a href="#here"></a><p id="here"><template><p id="here"><img src="x.png"></template>',
    ),
    "fragment after a text directive": (
        '<a href="about/#gone:~:text=x">',
        f"about/#gone:~:text=x: {THAT}",
        '<a href="about/#why-me:~:text=x"></a><a href="about/#TOP"></a><a href="#%74op">',
    ),
    "fragment of a drawing": (
        '<img src="a.svg#dott">',
        "a.svg#dott: no such id in that drawing; did you mean #dot?",
        '<img src="a.svg#dot"><img src="a.svg#svgView(viewBox(0,0,1,1))"><a href="a.pdf#page=2">',
    ),
    "id twice": (
        '<p id="a"><p id="a"><a href="#a">',
        "#a: this id stands 2 times on the page, and a link leads to it",
        '<p id="a"><p id="A"><p id="b"><p id="b"><a href="#a">',
    ),
    "picture": ('<img src="x.png" alt="">', f"x.png: {NO_FILE}", '<img src="img/a b.png" alt="">'),
    "srcset": (
        '<img srcset="img/1,2.png, x.png 2x">',
        f"x.png: {NO_FILE}",
        '<img srcset="img/1,2.png 1x (b, c) 2w, img/a%20b.png 2x">',
    ),
    "source": (
        '<picture><source srcset="x.png 2x"></picture>',
        f"x.png: {NO_FILE}",
        '<picture><source srcset="img/1,2.png 2x"></picture>',
    ),
    "imagesrcset": (
        '<link rel="preload" imagesrcset="x.png 1x">',
        f"x.png: {NO_FILE}",
        '<link rel="preload" imagesrcset="img/1,2.png 1x">',
    ),
    "script": ('<script src="x.js"></script>', f"x.js: {NO_FILE}", "<script></script>"),
    "sheet": ('<link rel="stylesheet" href="x.css">', f"x.css: {NO_FILE}", ""),
    "icon": ('<link rel="icon" href="x.png">', f"x.png: {NO_FILE}", '<link rel=icon href="a.svg">'),
    "language": (
        '<link rel="alternate" hreflang="de" href="de/">',
        f"de/: {NO_PAGE}",
        '<link rel="alternate" hreflang="de" href="about/">',
    ),
    "hint": (
        '<link rel="preconnect" href="https://[x">',
        f"https://[x: {NOWHERE}",
        '<link rel="preconnect" href="https://example.org">',
    ),
    "hint that is more than one": (
        '<link rel="preconnect stylesheet" href="x.css">',
        f"x.css: {NO_FILE}",
        '<link rel="preconnect\tDNS-prefetch" href="x.css">',
    ),
    "poster": ('<video poster="x.png">', f"x.png: {NO_FILE}", '<video poster="img/1,2.png">'),
    "track": ('<video><track src="x.vtt">', f"x.vtt: {NO_FILE}", '<video><track src="a.pdf">'),
    "frame": ('<iframe src="x/"></iframe>', f"x/: {NO_PAGE}", '<iframe src="about/"></iframe>'),
    "frame's text": (
        "<iframe srcdoc='<a href=x/>'></iframe>",
        f"x/: {NO_PAGE}",
        "<iframe srcdoc='<a href=about/></a><a href=#in></a><p id=in>'></iframe>",
    ),
    "object": ('<object data="x.png">', f"x.png: {NO_FILE}", '<p data="x.png">'),
    "form": (
        '<form action="x/">',
        f"x/: {NO_PAGE}",
        '<form action="about/"></form><form action="">',
    ),
    "button": ('<button formaction="x/">', f"x/: {NO_PAGE}", '<button formaction="about/">'),
    "quotation": ('<q cite="x/">', f"x/: {NO_PAGE}", '<q cite="about/">'),
    "ping": ('<a href="about/" ping="x/">', f"x/: {NO_PAGE}", '<a href="about/" ping="about/">'),
    "image map": (
        '<img usemap="#m"><map name="n"></map>',
        "#m: no such map on this page",
        '<img usemap="#m"><map name="m"></map>',
    ),
    "svg": (
        '<svg><use href="gone.svg#a"/></svg>',
        f"gone.svg#a: {NO_FILE}",
        '<svg><use href="a.svg#dot"/>',
    ),
    "svg xlink": (
        '<svg><use xlink:href="gone.svg"/>',
        f"gone.svg: {NO_FILE}",
        '<use xlink:href="#">',
    ),
    "svg link": (
        '<svg><a xlink:href="gone/"></svg>',
        f"gone/: {NO_PAGE}",
        '<svg><a xlink:href="about/"></a><a href="about/"></svg>',
    ),
    "svg paint": (
        '<svg><rect fill="url(#gone)"/></svg>',
        f"#gone: {THIS}",
        '<base href="about/"><svg><filter id="a"/><rect fill="url(#a)"/><use href="#a"/></svg>',
    ),
    "svg own fragment": (
        '<svg><use href="#dot"/></svg>',
        f"#dot: {THIS}",
        '<svg><g id="dot"/><use href="#dot"/></svg>',
    ),
    "noscript": (
        '<noscript><img src="x.png"></noscript>',
        f"x.png: {NO_FILE}",
        '<noscript><img src="img/1,2.png"></noscript>',
    ),
    "refresh": (
        '<meta http-equiv="refresh" content="0; url=gone/">',
        f"gone/: {NO_PAGE}",
        '<meta http-equiv="refresh" content="0; URL=\'about/\'"><meta content=5>'
        '<meta http-equiv="refresh" content="3x;url=gone/">'
        '<meta http-equiv="refresh" content="url=gone/"><meta http-equiv="refresh" content="5">',
    ),
    "style": (
        "<style>p { background: url( 'x.png' ) }</style>",
        f"x.png: {NO_FILE}",
        '<style>/* url(x.png) */ @namespace url(x.png); p { cursor: url("img/a b.png") }</style>',
    ),
    "style attribute": (
        '<p style="background: url(x.png)">',
        f"x.png: {NO_FILE}",
        '<p style="background: url(a.svg)">',
    ),
    "style with an escape": (
        "<style>p { background: url(img/x\\.png) }</style>",
        f"img/x.png: {NO_FILE}",
        "<style>p { background: url(img/a\\ b.png); content: 'url(x.png)' }</style>",
    ),
    "image set": (
        "<style>p { background: image-set('x.png' 1x) }</style>",
        f"x.png: {NO_FILE}",
        "<style>p { background: image-set('a.svg' 1x type('image/svg+xml')) }</style>",
    ),
    "share picture": (
        '<meta property="og:image" content="https://example.org/calf/x.png">',
        f"https://example.org/calf/x.png: {NO_FILE}",
        '<meta property="og:image" content="https://example.org/calf/img/1,2.png">',
    ),
    "share address": (
        '<meta property="og:url" content="https://example.org/calf/x/">',
        f"https://example.org/calf/x/: {NO_PAGE}",
        '<meta property="og:url" content="https://example.org/calf/about/">',
    ),
    "share picture beside the site": (
        '<meta name="twitter:image" content="https://example.org/img/1,2.png">',
        f"https://example.org/img/1,2.png: {LEAVES}",
        '<meta name="twitter:image" content="https://example.com/img/1,2.png">',
    ),
    "empty share picture": (
        '<meta property="og:image" content="">',
        f"<meta og:image>: {EMPTY}",
        '<meta name="description" content="">',
    ),
    "linked data": (
        '<script type="application/ld+json">{"image": "https://example.org/calf/x.png"}</script>',
        f"https://example.org/calf/x.png: {NO_FILE}",
        '<script type="application/ld+json">{"@context": "https://schema.org", "url": '
        '["https://example.org/calf/about/#me", "https://example.org/calf/?q={x}"]}</script>',
    ),
    "relative linked data": (
        '<script type="application/ld+json">{"logo": {"url": "/calf/x.png"}}</script>',
        f"/calf/x.png: {NO_FILE}",
        '<script type="application/ld+json">{"logo": {"url": "a.svg", "name": "x.png"}}</script>',
    ),
    "linked data that does not parse": (
        '<script type="application/ld+json">{"a": }</script>',
        "<script>: this JSON-LD does not parse: Expecting value: line 1 column 7 (char 6)",
        '<script type="text/plain">{"a": }</script>',
    ),
    "tile": (
        '<meta name="msapplication-config" content="x.xml">',
        f"x.xml: {NO_FILE}",
        '<meta name="msapplication-square70x70logo" content="img/1,2.png">',
    ),
    "own address": (
        '<a href="https://example.org/calf/gone/">',
        f"https://example.org/calf/gone/: {NO_PAGE}",
        '<a href="https://EXAMPLE.org:443/calf/about/#why-me">',
    ),
    "own address without a scheme": (
        '<a href="//example.org/calf/gone/">',
        f"//example.org/calf/gone/: {NO_PAGE}",
        '<a href="//example.org/calf/about/"></a><a href="//bücher.example/gone/">',
    ),
    "root-relative": ('<a href="/about/">', f"/about/: {LEAVES}", '<a href="/calf/about/">'),
    "climbing": ('<a href="../about/">', f"../about/: {LEAVES}", '<a href="./about/../about/">'),
    "climbing above the root": (
        '<a href="../../calf/about/">',
        f"../../calf/about/: {CLIMBS}",
        '<a href="../calf/about/">',
    ),
    "climbing in disguise": (
        '<a href="%2E%2e/.%2E/calf/about/">',
        f"%2E%2e/.%2E/calf/about/: {CLIMBS}",
        '<a href="about/%2E%2e/about/"></a><a href="about/.%2e/about/?x=../../..">',
    ),
    "climbing in a whole address": (
        '<a href="https://example.org/../calf/about/">',
        f"https://example.org/../calf/about/: {CLIMBS}",
        '<a href="https://example.org/x/../calf/about/"></a><a href="https://example.com/../x/">',
    ),
    "backslashes": (
        '<a href="about\\x.pdf">',
        f"about\\x.pdf: {NO_FILE}",
        '<a href="\\calf\\a.pdf">',
    ),
    "base": (
        '<base href="about/"><img src="img/1,2.png">',
        f"img/1,2.png: {NO_FILE}; did you mean ../img/1,2.png?",
        '<base href="about/"><img src="../img/1,2.png"><a href="#why-me"></a><a href="../a.pdf">',
    ),
    "bad base": (
        '<base href="https://[">',
        f"https://[: {NOWHERE}",
        '<base href="https://[::1]/">',
    ),
    "empty": ('<img src="">', f"<img src>: {EMPTY}", '<a href="">'),
    "empty sheet": ('<link rel="stylesheet" href="">', f"<link href>: {EMPTY}", ""),
    "empty poster": ('<video poster="">', f"<video poster>: {EMPTY}", "<video>"),
    "empty object": ('<object data="">', f"<object data>: {EMPTY}", "<object>"),
    "mail": ('<a href="mailto:">', "mailto:: leads to nobody", '<a href="mailto:a@example.org">'),
    "mail to a space": ('<a href="mailto:%20">', "mailto:%20: leads to nobody", ""),
    "file of the writer": (
        '<a href="file:///home/me/x.html">',
        "file:///home/me/x.html: leads to a file of one computer",
        "<code>file:///home/me/x.html</code>",
    ),
    "telephone": ('<a href="tel:">', "tel:: leads to nobody", '<a href="tel:112">'),
    "not an address": (
        '<a href="http://[::1">',
        f"http://[::1: {NOWHERE}",
        '<a href="http://[::1]/gone"></a><a href="data:,x"></a><a href="javascript:x()"></a>',
    ),
    "bad port": (
        '<a href="https://example.org:99999/calf/">',
        f"https://example.org:99999/calf/: {NOWHERE}",
        '<a href="https://example.org:8443/gone/">',
    ),
    "host without a name": (
        '<a href="https://a..b/">',
        "https://a..b/: no host can have this name or port",
        '<a href="https://a.b./"></a><a href="https://a_b.c/">',
    ),
    "port 0": (
        '<a href="https://a.b:0/">',
        "https://a.b:0/: no host can have this name or port",
        '<a href="https://a.b:1/">',
    ),
    "bad host": ('<a href="https://a^b/">', f"https://a^b/: {NOWHERE}", '<a href="https://a-b/">'),
    "slash in a name": (
        '<a href="about%2F">',
        f"about%2F: {NO_NAME}",
        '<a href="about/?x=%2F#why%2Dme">',
    ),
    "NUL in a name": ('<a href="a%00.pdf">', f"a%00.pdf: {NO_NAME}", '<a href="a.pdf?%00">'),
    "control characters": (
        '<a href="xx\x1b[0m.png">',
        f"xx\\x1b[0m.png: {NO_FILE}",
        '<a href="a\nbout/"></a><a href=" about/ ">',
    ),
    "reference that was not rendered": (
        "<p>See [the guide][guide].",
        f"][guide]: {RAW}",
        "<p>See <code>[the guide][guide]</code><pre>a[1][2]</pre><!-- ][ --> [ ] [x]"
        " int[][] rows[2][24] [1][2]",
    ),
    "footnote": ("<p>So it is.[^1]", f"[^1]: {RAW}", "<p>So it is.<code>[^1]</code> [^a-z]"),
    "attribute list": ("<p>Steps { #steps }", f"{{ #steps }}: {RAW}", "<p>Steps {x} {# x #}"),
    "snippet": ("<p>--8&lt;-- 'x.svg'", f"--8<--: {RAW}", "<kbd>--8&lt;--</kbd><p>--8--"),
    "icon that was not rendered": (
        "<p>:material-home:",
        f":material-home:: {RAW}",
        "<pre>:material-home:</pre><p>material",
    ),
    "link to Markdown": (
        '<a href="about.md">',
        "about.md: this link to a Markdown file was not rendered; did you mean about/?",
        '<a href="notes.md">',
    ),
}
OTHER_FILES = {
    "img/a b.png": "",
    "img/1,2.png": "",
    "img/é.png": "",
    "a.pdf": "",
    "a.svg": '<svg><path id="dot"/></svg>',
    "notes.md": "",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_told_once_with_its_file_and_line(kind: str, run: Checker) -> None:
    wrong, line, _ = FAULTS[kind]
    lines = run({"index.html": f"\n\n{wrong}", **OTHER_FILES})
    # Some have no line in the Markdown, since they are not written there as they are told.
    assert [one.replace("site/index.html", "docs/index.md") for one in lines] in (
        [f"docs/index.md:3: {line}"],
        [f"docs/index.md: {line}"],
    )
    assert lines.status == 1


@pytest.mark.parametrize("kind", FAULTS)
def test_its_healthy_twin_is_silent(kind: str, run: Checker) -> None:
    lines = run({"index.html": FAULTS[kind][2], **OTHER_FILES})
    assert lines == []
    assert lines.status == 0


def test_only_what_is_not_written_so_is_told_without_its_line(run: Checker) -> None:
    lineless = set()
    for kind, (wrong, _, _) in FAULTS.items():
        (line,) = run({"index.html": f"\n\n{wrong}", **OTHER_FILES})
        if ":3: " not in line:
            lineless.add(kind)
    assert lineless == set()


# What a file other than a page says: its name, its text with a fault, what is told, the same right.
OTHER_KINDS = {
    "sheet": (
        "s/a.css",
        "\np { background: url(x.png) }",
        "site/s/a.css:2: x.png",
        "url(../a.svg)",
    ),
    "import": ("a.css", '@import "x.css";', "site/a.css:1: x.css", '@import "a.css";'),
    "manifest": (
        "a.webmanifest",
        '{"icons": [{"src": "x.png"}]}',
        "site/a.webmanifest:1: x.png",
        '{"icons": [{"src": "a.svg"}], "start_url": ".", "shortcuts": [{"url": "about/"}]}',
    ),
    "manifest of another name": (
        "app.json",
        '{"icons": [{"src":\n"x.png"}]}',
        "site/app.json:2: x.png",
        '{"icons": [{"src": "a.svg"}]}',
    ),
    "manifest that does not parse": ("manifest.json", "{", "site/manifest.json:1: this is", "[1]"),
    "sitemap": (
        "sitemap.xml",
        "<urlset><url><loc>https://example.org/calf/x/</loc></url></urlset>",
        "site/sitemap.xml:1: https://example.org/calf/x/: no such page",
        '<?xml version="1.0"?><urlset><url><loc>\nhttps://example.org/calf/about/\n</loc>',
    ),
    "sitemap with a prefix": (
        "sitemap.xml",
        "<s:urlset>\n<s:loc>https://example.org/calf/x/?a&amp;b</s:loc></s:urlset>",
        "site/sitemap.xml:2: https://example.org/calf/x/?a&b: no such page",
        "<!-- <loc>x</loc> --><loc><![CDATA[https://example.org/calf/about/?a&b]]></loc>",
    ),
    "languages of a sitemap": (
        "sitemap.xml",
        '<url><loc>https://example.org/calf/</loc><xhtml:link hreflang="de" href="de/"/></url>',
        "site/sitemap.xml:1: de/: no such page",
        '<url><loc>https://example.org/calf/</loc><xhtml:link hreflang="de" href="about/"/></url>',
    ),
    "sitemap of another site": (
        "sitemap.xml",
        "<loc>https://example.org/about/</loc>",
        f"site/sitemap.xml:1: https://example.org/about/: {LEAVES}",
        "<loc>https://example.org/calf/</loc>",
    ),
    "search index": (
        "search/search_index.json",
        '{"docs": [{"location": "about/#gone"}]}',
        f"site/search/search_index.json:1: about/#gone: {THAT}",
        '{"docs": [{"location": ""}, {"location": "about/#why-me"}, {}, 5]}',
    ),
    "page of XML": ("b.xhtml", "<html><a href='x/'/></html>", "site/b.xhtml:1: x/", "<html/>"),
    "drawing": (
        "b.svg",
        '<svg><use href="#x"/></svg>',
        "site/b.svg:1: #x: no such id in this drawing",
        "<svg></svg>",
    ),
    "drawing of a file": ("b.svg", '<svg><image href="x.png"/>', "site/b.svg:1: x.png", "<svg>"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_fault_in_another_kind_of_file_is_told(kind: str, run: Checker) -> None:
    name, wrong, told, right = OTHER_KINDS[kind]
    page = {"index.html": '<link rel="manifest" href="app.json">'} if name == "app.json" else {}
    (line,) = run({name: wrong, **page, **OTHER_FILES})
    assert line.startswith(told)
    assert run({name: right, **page, **OTHER_FILES}) == []


WARNINGS = {
    "slashless": (
        '<a href="about">',
        "docs/index.md:3: warning: about: each visit is sent on to the address with a slash",
        '<a href="plain"></a><a href="about/index.html">',
    ),
    "slashless home": (
        '<a href="/calf">',
        "docs/index.md:3: warning: /calf: each visit is sent on to the address with a slash",
        '<a href="/calf/">',
    ),
    "http": (
        '<a href="http://example.org/calf/about/">',
        "docs/index.md:3: warning: http://example.org/calf/about/: this http: address",
        '<a href="http://example.com/calf/about/">',
    ),
    "another site of the host": (
        '<a href="https://example.org/other/">',
        "docs/index.md:3: warning: https://example.org/other/: is beside the site, which is",
        '<a href="https://example.org/meant/"></a><a href="https://example.org:8443/other/">',
    ),
}


@pytest.mark.parametrize("kind", WARNINGS)
def test_a_warning_is_told_and_fails_only_a_strict_run(kind: str, run: Checker) -> None:
    wrong, told, right = WARNINGS[kind]
    Path("pyproject.toml").write_text(
        '[tool.check_site.exceptions]\n"https://example.org/meant/" = "our other site"\n'
    )
    files = {"plain.html": ""}
    lines = run({"index.html": f"\n\n{wrong}", **files})
    assert len(lines) == 1
    assert lines[0].startswith(told)
    assert lines.status == 0
    assert run({"index.html": f"\n\n{wrong}", **files}, "--strict").status == 1
    assert run({"index.html": right, **files}, "--strict") == []


def test_a_page_that_no_other_links_to_is_told(run: Checker) -> None:
    run({})
    Path("site/alone").mkdir()
    Path("site/alone/index.html").write_text('<a href="./">')
    lines = again()
    assert lines == ["site/alone/index.html: warning: no other page links to this page"]
    Path("site/alone/index.html").write_text('<meta http-equiv="refresh" content="0;url=../">')
    assert again() == []  # it is there for who still has the old address
    Path("site/alone/index.html").write_text("")
    assert again() == lines
    Path("site/about/index.html").write_text('<iframe src="../alone/">')
    assert again() == []


def test_each_leftover_of_a_text_is_told(run: Checker) -> None:
    lines = run({"index.html": "\n<p>See [the text][ref],\nand [^1]."})
    assert lines == [f"docs/index.md:2: ][ref]: {RAW}", f"docs/index.md:3: [^1]: {RAW}"]


def test_a_canonical_address_may_lack_its_host_or_its_last_slash(run: Checker) -> None:
    run({})
    for address in ("https://example.org/calf", "/calf/", "https://example.org/calf/index.html"):
        Path("site/index.html").write_text(f'<link rel="canonical" href="{address}">')
        assert [line for line in again() if "warning" not in line] == []


def test_words_of_linked_data_are_no_addresses(run: Checker) -> None:
    text = '{"description": "https://example.org/calf/ is ours.", "image": ["https://x.org/a"]}'
    assert run({"index.html": f'<script type="application/ld+json">{text}</script>'}) == []
    text = f'{{"position": {"9" * 9999}}}'
    assert run({"index.html": f'<script type="application/ld+json">{text}</script>'}) == []


def test_a_search_index_of_another_form_is_passed_over(run: Checker) -> None:
    for text in ('{"docs": 5}', "[]", '{"docs": [{"location": 5}]}'):
        assert run({"search/search_index.json": text}) == []


def test_lines_of_a_script_are_no_sections(run: Checker) -> None:
    assert (
        run({"index.html": '<a href="a.js#L10"></a><a href="a.css#L3">', "a.js": "", "a.css": ""})
        == []
    )


def test_files_that_nothing_uses_are_told_by_their_folder(run: Checker) -> None:
    run({})
    for name in ("old.png", "robots.txt", "favicon.ico", ".nojekyll", "a.js", "b.css"):
        Path("site", name).write_text("")
    Path("site/many").mkdir()
    for number in range(3):
        Path(f"site/many/{number}.png").touch()
    Path("site/a.js").write_text("import './c.js'; fetch('data/d.json')")
    for name in ("c.js", "d.json"):
        Path("site", name).touch()
    Path("site/about/index.html").write_text(
        "<script src=../a.js></script><link rel=stylesheet href=../b.css><h2 id=why-me>"
    )
    assert again() == [
        "site/many: warning: nothing uses 3 files of this folder",
        "site/old.png: warning: nothing uses this file",
    ]


def again(*arguments: str) -> list[str]:
    """Check the site once more, as a user does."""
    command: list[str | Path] = [sys.executable, ROOT / "scripts/check_site.py", "site", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.splitlines()[:-1]


# The FAQ

QUESTIONS = {"how-hard": "How hard?", "tingling": "Does it tingle?"}
ANSWER = "An answer that is long enough to be one, with forty characters."
SECTIONS = [f'<h2 id="{one}">{text}</h2><p>{ANSWER}</p>' for one, text in QUESTIONS.items()]
CONTENTS = '<nav><a href="#how-hard">1</a><a href="#tingling">2</a></nav>'
FAQ = f"{CONTENTS}<main>{''.join(SECTIONS)}</main><footer><p>{ANSWER}</p></footer>"
HARD, TINGLE = SECTIONS
FAQ_FAULTS = {
    "missing": (
        TINGLE,
        "",
        ": #tingling: this required section is missing",
    ),
    "named otherwise": (
        '<h2 id="tingling">',
        '<h2 id="tinglin"><a href="#tinglin">#</a>',
        ": #tingling: this required section is missing; did you mean #tinglin?",
    ),
    "not on a heading": (
        '<h2 id="tingling">Does it tingle?</h2>',
        '<p id="tingling">Does it tingle?</p>',
        ":1: #tingling: this required id is not on a heading",
    ),
    "without an answer": (
        TINGLE,
        '<h2 id="tingling">Does it tingle?</h2>',
        ":1: #tingling: this required section has no answer (0 characters of text)",
    ),
    "with a short answer": (
        TINGLE,
        '<h2 id="tingling">Does it tingle?</h2><style>p { color: blue; background: white; }</style>'
        f"<p>Short.<!--{'x' * 50}--><nav>{ANSWER}</nav>",
        ":1: #tingling: this required section has no answer (6 characters of text)",
    ),
    "cut off by a heading": (
        "How hard?</h2>",
        "How hard?</h2><div><h3>More</h3></div>",
        ":1: #how-hard: this required section has no answer (0 characters of text)",
    ),
    "twice": (
        TINGLE,
        TINGLE + TINGLE,
        ":1: #tingling: this required section stands more than once",
    ),
    "out of order": (
        HARD + TINGLE,
        TINGLE + HARD,
        ":1: #tingling: out of the list's order: #how-hard should stand here",
    ),
    "with another question": (
        "Does it tingle?",
        "Does it itch?",
        ':1: #tingling: the question should be "Does it tingle?", not "Does it itch?"',
    ),
    "not in the contents": (
        '<a href="#tingling">2</a>',
        "",
        ":1: #tingling: the page's contents do not link to this section",
    ),
    "unknown to the list": (
        "</main>",
        f'<h2 id="new">Who?</h2><p>{ANSWER}</main>',
        ':1: #new: the settings\' list does not know this question: "Who?"',
    ),
}


@pytest.fixture
def run_faq(run: Checker) -> Checker:
    """Return `run` for a site with a FAQ page, which the settings require."""
    listed = "".join(f'{one} = "{text}"\n' for one, text in QUESTIONS.items())
    Path("pyproject.toml").write_text(
        f'[tool.check_site]\nfaq_page = "faq/index.html"\n[tool.check_site.faq]\n{listed}'
    )

    def run_on(faq: str, **files: str) -> Lines:
        usual = {
            "index.html": '<nav><a href="faq/">FAQ</a></nav>',
            "sitemap.xml": "<loc>https://example.org/calf/faq/</loc>",
        }
        named = {name.replace("_", "."): text for name, text in files.items()}
        return run({**usual, "faq/index.html": faq, **named})

    return run_on


@pytest.mark.parametrize("kind", FAQ_FAULTS)
def test_a_required_section_must_stand_once_in_order_with_question_and_answer(
    kind: str, run_faq: Checker
) -> None:
    old, new, *told = FAQ_FAULTS[kind]
    assert FAQ.count(old) == 1
    assert run_faq(FAQ.replace(old, new)) == [f"docs/faq.md{line}" for line in told]


def test_a_healthy_faq_is_silent(run_faq: Checker) -> None:
    assert run_faq(FAQ) == []
    # Themes without a <nav> have their menus elsewhere.
    menu = '<div class="navbar"><a href="faq/">FAQ</a></div>'
    assert run_faq(FAQ.replace("nav>", "aside>"), index_html=menu) == []
    # The mark of a permanent link is no part of the question.
    assert run_faq(FAQ.replace("hard?", 'hard?<a href="#how-hard">¶</a>')) == []


def test_the_faq_must_be_in_the_navigation_and_the_sitemap(run_faq: Checker) -> None:
    assert run_faq(FAQ, index_html='<a href="faq/">FAQ</a>') == [
        "docs/faq.md: the navigation does not link to this page"
    ]
    assert run_faq(FAQ, sitemap_xml="<loc>https://example.org/calf/</loc>") == [
        "docs/faq.md: sitemap.xml does not list this page"
    ]


def test_a_missing_faq_page_is_one_fault(run_faq: Checker, run: Checker) -> None:
    why = "no such page, but the settings require its sections"
    assert run({}) == [f"site/faq/index.html: {why}"]


# Where the writer must look


def test_the_address_is_told_as_the_markdown_has_it_on_every_line_that_has_it(run: Checker) -> None:
    page = '<a href="../about/#wyh-me"></a><a href="../about/x.png"></a>'
    files = {"guide/start/index.html": page.replace("../", "../../"), "about/x.md": ""}
    run(files)
    source = Path("docs/guide/start.md")
    source.write_text(
        "---\ntitle: ../about.md#wyh-me\n---\n[a](../about.md#wyh-me), not `../about.md#wyh-me`\n"
        "````\n```\n../about.md#wyh-me\n````\n<!-- ../about.md#wyh-me -->\n"
        "[b]: ../about.md#wyh-me\n![c](../about/x.png)\n"
    )
    assert again() == [
        f"docs/guide/start.md:4: ../about.md#wyh-me: {THAT}; did you mean #why-me?",
        f"docs/guide/start.md:10: ../about.md#wyh-me: {THAT}; did you mean #why-me?",
        f"docs/guide/start.md:11: ../about/x.png: {NO_FILE}; did you mean ../about/x.md?",
    ]


def test_a_line_is_found_however_its_address_is_written(run: Checker) -> None:
    links = ("no%20pe/", "gone/", "%67%6Fne.pdf", "../about/?x=1#wyh-me", "#m")
    page = "".join(f'<a href="{url}"></a>' for url in links)
    run({"guide/index.html": page})
    Path("docs/guide.md").write_text(
        "The words gone/ and #m are no link.\n[a](<no pe/>)\n[b]: gone/\n"
        "[c](%67%6Fne.pdf)\n[d](about.md?x=1#wyh-me)\n<a href='#m'>"
    )
    assert [line.partition(": no such")[0] for line in again()] == [
        "docs/guide.md:2: no pe/",
        "docs/guide.md:3: gone/",
        "docs/guide.md:4: %67%6Fne.pdf",
        "docs/guide.md:5: about.md?x=1#wyh-me",
        "docs/guide.md:6: #m",
    ]


def test_no_mend_is_told_that_is_not_alike(run: Checker) -> None:
    links = ("guide/start/c/", "guide/start/x.css", "our.html", "mod/mod_firehose.html", "abuot/")
    names = ("guide/start/index", "fu", "mod/mod_echo", "about/index")
    files = ("guide/start/y.css", *(f"{name}.html" for name in names))
    run(dict.fromkeys(files, ""))
    Path("site/index.html").write_text(CANONICAL + "".join(f'<a href="{url}">' for url in links))
    Path("site/about/index.html").write_text("<h2 id=why-me>")
    lines = [line for line in again() if "warning" not in line]
    assert [line for line in lines if "mean" in line] == [
        f"site/index.html:1: abuot/: {NO_PAGE}; did you mean about/?"
    ]
    assert len(lines) == len(links)


MENDS = {  # what a page in a folder has, its Markdown, and what should stand there
    "Markdown that was not rendered": ('<a href="abuot.md">', "[a](abuot.md)", "about.md"),
    "picture of Markdown": ('<img src="../img/a%20d.png">', "![](img/a%20d.png)", "img/a%20b.png"),
    "HTML in Markdown": ('<a href="../abuot/">', '<a href="../abuot/">', "../about/"),
    "Markdown's name in HTML": ('<a href="about.md">', '<a href="about.md">', "../about/"),
    "template": ('<a href="../abuot/">', "", "../about/"),
    "whole address": ('<a href="//example.org/calf/abuot/">', "", "//example.org/calf/about/"),
    "address from the root": ('<a href="/calf/abuot/">', "", "/calf/about/"),
    "address from a base": ('<base href="../img/"><a href="../abuot/">', "", "../about/"),
}


@pytest.mark.parametrize("kind", MENDS)
def test_the_mend_is_told_as_it_must_be_written_there(kind: str, run: Checker) -> None:
    page, markdown, right = MENDS[kind]
    run({"guide/index.html": page, **OTHER_FILES})
    Path("docs/guide.md").write_text(markdown)
    (line,) = again()
    assert line.endswith(f"; did you mean {right}?")


def test_what_has_no_markdown_is_named_by_the_built_file_and_its_line(run: Checker) -> None:
    run({"about/index.html": "<h2 id=why-me></h2>\n<a href=../gone/></a>"})
    Path("docs/about.md").write_text("Nothing of it.")
    assert again() == [f"site/about/index.html:2: ../gone/: {NO_PAGE}"]
    Path("docs/about.md").unlink()
    assert again() == [f"site/about/index.html:2: ../gone/: {NO_PAGE}"]
    Path("notes").mkdir()
    Path("notes/about.md").write_text("\n\n[x](../gone/)")
    assert again("--docs", "notes") == [f"notes/about.md:3: ../gone/: {NO_PAGE}"]


def test_each_line_of_a_built_file_that_has_the_address_is_told(run: Checker) -> None:
    run({})
    links = "<a href=../gone/></a>"
    Path("site/about/index.html").write_text(f"<h2 id=why-me>\n{links}{links}\n\n{links}")
    assert again() == [f"site/about/index.html:{n}: ../gone/: {NO_PAGE}" for n in (2, 4)]


def test_a_page_in_a_folder_is_named_by_its_markdown_file(run: Checker) -> None:
    pages = ("guide/index.html", "guide/start.html", "reindex/index.html", "theme.html")
    files = {**dict.fromkeys(pages, ""), **{f"{n}/index.html": "" for n in "abcdef"}}
    run(files)
    Path("docs/guide").mkdir()
    Path("docs/guide/README.md").write_text('<img src="gone/">')
    Path("docs/guide.md").unlink()
    Path("docs/guide/start.md").write_text('<img src="gone/">')
    for name in pages:
        Path("site", name).write_text('<img src="gone/">')
    assert [line.partition(": ")[0] for line in again()] == [
        "docs/guide/README.md:1",
        "docs/guide/start.md:1",
        "site/reindex/index.html:1",
        "site/theme.html:1",
    ]


def test_the_404_page_is_named_as_built_and_resolves_under_the_sub_path(run: Checker) -> None:
    links = '<a href="/calf/about/"></a><a href="/calf/gone/"></a><a href="/about/"></a>'
    assert run({"404.html": links}) == [
        f"site/404.html:1: /about/: {LEAVES}",
        f"site/404.html:1: /calf/gone/: {NO_PAGE}",
    ]


def test_what_most_pages_share_is_told_once_with_the_count(run: Checker) -> None:
    pages = {f"{name}/index.html": '<a href="../gone/">' for name in "abc"}
    run({**pages, "index.html": '<a href="gone/">'})
    for page in Path("docs").glob("*.md"):
        page.write_text("The footer comes from a template.")
    assert again() == [f"site/index.html:1: gone/: {NO_PAGE} (on 4 of 6 pages)"]
    # The same words on each page, and where they lead differs.
    for name in (*pages, "about/index.html"):
        Path("site", name).write_text("<h2 id='why-me'></h2><img src='n.png'>")
    assert again()[:1] == [f"site/a/index.html:1: n.png: {NO_FILE} (on 4 of 6 pages)"]


@pytest.mark.parametrize("out", ["../", "../../calf/"])
def test_what_leaves_the_site_from_most_pages_is_told_once(run: Checker, out: str) -> None:
    names = ["index", "a/index", "a/b/index", "a/b/c/index"]
    run({f"{name}.html": f'<a href="{"../" * n}{out}legal/">' for n, name in enumerate(names)})
    for page in Path("docs").rglob("*.md"):
        page.write_text("The footer comes from a template.")
    why = f"{LEAVES if out == '../' else CLIMBS} (on 4 of 6 pages)"
    assert again() == [f"site/index.html:1: {out}legal/: {why}"]


def test_what_most_pages_write_in_their_markdown_is_told_for_each(run: Checker) -> None:
    pages = {f"{name}/index.html": '<a href="../gone/">' for name in "abcd"}
    assert run(pages) == [f"docs/{name}.md:1: ../gone/: {NO_PAGE}" for name in "abcd"]


def test_what_few_pages_share_is_told_for_each(run: Checker) -> None:
    pages = {f"{name}/index.html": '<a href="../gone/">' for name in "ab"}
    assert run(pages) == [f"docs/{name}.md:1: ../gone/: {NO_PAGE}" for name in "ab"]


def test_lines_are_sorted_by_file_and_then_by_number(run: Checker) -> None:
    text = "".join(f'\n<a href="{number}.pdf">' for number in range(12))
    lines = run({"b/index.html": text, "a/index.html": '<a href="x">'})
    numbers = [line.split(":")[1] for line in lines]
    assert numbers == ["1", *map(str, range(2, 14))]


def test_json_holds_what_the_lines_tell(run: Checker, capsys: pytest.CaptureFixture[str]) -> None:
    run({"index.html": '\n<a href="gone/"></a><a href="about">', "a.css": "url(x.png)"})
    assert check_site.main(["site", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"pages", "links", "problems"}
    assert (found["pages"], found["links"]) == (3, 7)
    assert found["problems"][0] == {
        "file": "docs/index.md",
        "line": 2,
        "url": "about",
        "why": "each visit is sent on to the address with a slash at its end",
        "kind": "slash",
        "level": "warning",
    }
    assert [one["url"] for one in found["problems"]] == ["about", "gone/", "x.png"]


def test_github_gets_annotations(run: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        "::warning file=docs/index.md,line=1::about: each visit is sent on to the address with a"
        " slash at its end",
        f"::error file=docs/index.md,line=1::x%25,:y.pdf: {NO_FILE}",
    ]
    page = {"index.html": '<a href="about"></a><a href="x%,:y.pdf">'}
    assert run(page, "--format", "github") == told
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run(page)
    assert again() == told
    assert again("--format", "text")[0].startswith("docs/index.md:1: ")


def test_success_says_what_was_checked(run: Checker, capsys: pytest.CaptureFixture[str]) -> None:
    run({"index.html": '<a href="about/"></a><a href="https://example.com/">'})
    assert check_site.main(["site"]) == 0
    assert capsys.readouterr().out.startswith("3 pages, 5 links: no problems (0.")
    Path("site/404.html").unlink()
    Path("site/about/index.html").unlink()
    check_site.main(["site"])
    assert "\n1 page, 3 links: 1 problem (0." in capsys.readouterr().out


def test_colour_is_for_a_terminal_only(run: Checker) -> None:
    run({"index.html": '<a href="gone/">'})
    assert "\x1b" not in "".join(again())
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminal to try it in")
    ours, theirs = pty.openpty()
    command: list[str | Path] = [sys.executable, ROOT / "scripts/check_site.py", "site"]
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    subprocess.run(command, stdout=theirs, env=environment, check=False)
    assert os.read(ours, 9).startswith(b"\x1b[31m")
    subprocess.run(command, stdout=theirs, env=environment | {"NO_COLOR": "1"}, check=False)
    assert b"\x1b" not in os.read(ours, 9999).partition(b"problem (")[2]


# Where the site is published


def test_a_site_without_an_address_stands_at_the_root(run: Checker) -> None:
    run({})
    Path("site/index.html").write_text('<a href="/about/"></a><a href="http://[x">')
    Path("site/404.html").write_text('<a href="/about/"></a><a href="/"></a>')
    assert again() == ["site/index.html:1: http://[x: this is not an address"]
    Path("site/index.html").write_text('<link rel="canonical" href="http://[x">')
    assert again() == ["site/index.html:1: http://[x: this is not an address"]


def test_the_site_url_counts_more_than_the_canonical_link(run: Checker) -> None:
    page = {"index.html": '<a href="/else/about/"></a>', "404.html": '<a href="about/">'}
    assert run(page) == [
        "docs/index.md:1: /else/about/: leaves the site, which is published under /calf/"
    ]
    for url in ("https://example.com/else/", "https://example.com/else"):
        assert run(page, "--site-url", url) == []
    Path("pyproject.toml").write_text('[tool.check_site]\nsite_url = "https://example.com/else/"')
    assert run(page) == []


def test_what_a_script_reads_of_an_address_is_known_by_its_form(run: Checker) -> None:
    Path("pyproject.toml").write_text(
        '[tool.check_site.fragments]\n"about/index.html" = "side=(left|right)"\n'
    )
    links = '<a href="about/#side=left"></a><a href="about/#side=up"></a>'
    assert run({"index.html": links}) == [f"docs/index.md:1: about/#side=up: {THAT}"]
    Path("pyproject.toml").write_text('[tool.check_site.fragments]\n"abuot/index.html" = "x"\n')
    why = "the settings tell fragments of this page, but it is not there"
    assert f"site/abuot/index.html: warning: {why}" in run({})


# Whatever a site contains


def test_strange_files_do_not_stop_it(run: Checker, tmp_path: Path) -> None:
    run({})
    folder = Path("site/strange")
    folder.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/page.html").write_text('<a href="never/told/">')
    (folder / "latin.html").write_bytes(b"<p id=\xe9 \xff><a href='\xe9\x00.png'>\x00")
    (folder / "nul.html").write_bytes(b"\x00" * 99)
    (folder / "utf-16.html").write_bytes("\ufeff<a href='gone/'>".encode("utf-16"))
    (folder / "empty.html").touch()
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "up").symlink_to("..")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "out.html").symlink_to(tmp_path / "outside/page.html")
    (folder / "frames.html").write_text("<frameset>")
    (folder / "folder.html").mkdir()
    (folder / "bad.css").write_bytes(b"url(\xff) } ) ] url(" + b"(" * 10_000)
    (folder / "manifest.json").write_text("[" * 100_000)
    (folder / "sitemap.xml").write_bytes(b"\xff<loc>")
    (folder / os.fsdecode(b"n\xff\n #?%.html")).write_text('<a href="gone/">')
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.html")
    Path("site/index.html").write_text('<a href="strange/loop.html"></a><a href="%ff%zz"></a>' * 2)
    lines = again()
    assert not [line for line in lines if "never" in line]
    assert {line.partition(": ")[0] for line in lines if "warning" not in line} == {
        "site/404.html:1",
        "site/index.html:1",
        "site/strange/bad.css:1",
        "site/strange/latin.html:1",
        "site/strange/n\\udcff\\n #?%.html:1",
        "site/strange/manifest.json",
        "site/strange/sitemap.xml:1",
        "site/strange/utf-16.html:1",
    }


HUGE = {
    "200,000 nested elements": "<div>" * 200_000 + '<a href="gone/">',
    "200,000 nested elements of a sentence": "<p><b>" * 100_000 + '<a href="gone/">',
    "100,000 attributes": f"<p {' '.join(f'a{n}=1' for n in range(100_000))}><a href='gone/'>",
    "100,000 links": "".join(f'<a href="x{n}/">' for n in range(100_000)),
    "one address of a megabyte": f'<a href="{"x/" * 500_000}">',
    "a megabyte of ids": "".join(f"<p id=x{n}>" for n in range(80_000)) + '<a href="#gone">',
}


@pytest.mark.parametrize("kind", HUGE)
def test_a_page_is_read_to_its_end_with(kind: str, run: Checker) -> None:
    # The time that it takes is in the benchmark's hands; more than a minute would fail here too.
    run({})
    Path("site/about/index.html").write_text(HUGE[kind])
    assert 1 <= len(again()) <= 100_001


def test_a_file_that_cannot_be_read_is_a_fault(
    run: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file.parent.name == "about":
            raise PermissionError(13, "Permission denied", str(file))
        return real(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert run({}) == ["docs/about.md: cannot be read: Permission denied"]


def test_a_folder_that_cannot_be_read_is_a_fault(
    run: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir
    refused_folder = "about/"

    def refuse(folder: str | Path) -> Iterator[os.DirEntry[str]]:
        if str(folder).endswith(refused_folder):
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert "site/about/: cannot be read" in run({})
    refused_folder = ""
    assert check_site.main(["site"]) == 2


def test_two_processes_find_what_one_finds(run: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{n}/index.html": f'<a href="../{n + 1}/#p{n}"><p id="p{n - 1}">' for n in range(9)}
    alone = run(files)
    monkeypatch.setattr(rules, "MANY", 0)
    assert run(files) == alone
    assert len(alone) == 1


US, CHECK_FILES = os.getpid(), rules.check_files


def die_elsewhere(site: rules.Site, names: list[str], manifest: bool = False) -> rules.Findings:
    """Stop any process but this one, as a system that is short of memory does."""
    if os.getpid() != US:
        os._exit(1)
    return CHECK_FILES(site, names, manifest)


def test_what_a_second_process_does_not_do_the_first_does(
    run: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MANY", 0)
    monkeypatch.setattr(rules, "check_files", die_elsewhere)
    files = {f"{n}/index.html": f'<a href="../{n + 1}/">' for n in range(5)}
    assert run(files) == [f"docs/4.md:1: ../5/: {NO_PAGE}"]


# Wrong use

WRONG_SETTINGS = {
    "[tool.check_site": "cannot be read",
    "tool = 1": "tool must be a table",
    "[tool]\ncheck_site = 1": "check_site must be a table",
    "[tool.check_site]\nfaqs = []": "has no setting 'faqs'",
    "[tool.check_site]\nfaq = ['x']": "faq must be a table of texts",
    "[tool.check_site]\nfaq_page = 'x'": "must name the page",
    "[tool.check_site]\nfaq_page = 1": "faq_page must be a text",
    "[tool.check_site]\ncache_days = '7'": "cache_days must be a number",
    "[tool.check_site]\ncache_days = -1": "cache_days must be 0 or more",
    "[tool.check_site]\ncache_days = nan": "cache_days must be 0 or more",
    "[tool.check_site]\ndocs = 'gone'": "gone: no such folder of Markdown files",
    "[tool.check_site.faq]\nx = 'Why?'": "must name the page",
    "[tool.check_site.faq]\nx = 1": "faq must be a table of texts",
    "[tool.check_site.exceptions]\n'https://x/' = ''": "each entry of exceptions needs its text",
    "[tool.check_site.fragments]\n'a.html' = '('": "fragments: '('",
    "[tool.check_site]\nsite_url = 'example.org'": "example.org is no address of a site",
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
    (tmp_path / "index.html").touch()
    assert "SITE_DIR" in refused(tmp_path)
    assert "SITE_DIR is empty" in refused(tmp_path, "")
    assert "--loud" in refused(tmp_path, "--loud", "empty")
    assert "'xml'" in refused(tmp_path, ".", "--format", "xml")
    assert "is not there" in refused(tmp_path, "gone")
    assert "is not a folder" in refused(tmp_path, "file")
    assert "holds no HTML page" in refused(tmp_path, "empty")
    assert "too long" in refused(tmp_path, "x" * 5000)
    assert "notes: no such folder" in refused(tmp_path, ".", "--docs", "notes")
    assert "mailto:x is no address of a site" in refused(tmp_path, ".", "--site-url", "mailto:x")
    assert "--site-url is empty" in refused(tmp_path, ".", "--site-url", "")
    for url in ("https://x.example/?q", "https://x.example/#a", "https://x.example/a%2fb/"):
        assert f"{url} is no address" in refused(tmp_path, ".", "--site-url", url)
    assert "http://[ is no address" in refused(tmp_path, ".", "--site-url", "http://[")


def test_help_tells_the_settings_and_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        check_site.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    words = ["SITE_DIR", "[tool.check_site]", "exit status", *vars(check_site.Settings())]
    assert not [word for word in words if word not in text]


def test_whoever_reads_only_the_first_lines_sees_no_traceback(run: Checker) -> None:
    run({"index.html": "".join(f'<a href="x{number}/">' for number in range(9999))})
    command = f"'{sys.executable}' '{ROOT}/scripts/check_site.py' site | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
