"""What finishing does to a built site, and what it says when it cannot."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import finish_site
import pytest
import tinycss2
from conftest import Builder
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).parents[2]
BUDGETS: dict[str, Any] = {"style": 6_000, "page": 20_000, "pages": {}}

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
STYLE = """\
:root { --used: 1px; --by-used: 2px; --unused: var(--lost); --lost: 3px; --empty: ; }
/* On the page. */
p { margin: var(--used, var(--by-used)); }
.on-page, .nowhere { color: red; }
.nowhere { color: blue; }
.made-later { color: green; }
.made__part { color: cyan; }
p:not(.nowhere):hover::before { content: "}" / ""; }
[href^="http"] { color: teal; }
[dir="rtl"] p { color: pink; }
#anchor > p { animation: moves 1s; }
@media print { .nowhere { color: black; } p { color: white; } }
@media print { .nowhere { color: black; } }
@container (min-width: 10em) { p { color: gold; } .nowhere { color: grey; } }
@keyframes moves { from { opacity: 0; } }
@keyframes rests { from { opacity: 1; } }
@page { margin: 12mm; }
"""
PAGE = """\
<!doctype html>
<html lang="en" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Page</title>
  <link rel="manifest" href="{up}manifest.webmanifest">
  <link rel="stylesheet" href="{up}css/site.css">
  {more}
  <script src="{up}js/page.js"></script>
</head>
<body>
  <p class="on-page" id="anchor"><a href="https://example.org/">A</a>  <b>link</b></p>
  <form><button type="submit">Go</button></form>
</body>
</html>
"""

minifies = pytest.mark.skipif(
    find_spec("minify") is None,
    reason="the minifier has no build for this system; pyproject.toml says which",
)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts/finish_site.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def write(site: Path, name: str, text: str) -> None:
    file = site / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a small site as the builder leaves it."""
    write(tmp_path, "index.html", PAGE.format(up="", more=""))
    tool = '<link rel="stylesheet" href="../css/tool.css">'
    own = f'{tool}<script type="module" src="../js/where.js"></script>'
    write(tmp_path, "tool/index.html", PAGE.format(up="../", more=own))
    # The page that is sent for any address has whole ones.
    write(tmp_path, "404.html", PAGE.format(up="/sub/path/", more=""))
    write(tmp_path, "css/site.css", STYLE)
    write(tmp_path, "css/tool.css", ".on-page { color: lime; }")
    write(
        tmp_path,
        "js/page.js",
        'import("js/where.js"); // at once\nset("made-later", `made__${1}`);',
    )
    write(tmp_path, "js/where.js", SCRIPT)
    write(tmp_path, "js/dom.js", "export const make = 1;")
    write(tmp_path, "assets/theme.js", "theirs();")
    write(tmp_path, "sw.js", "// Keeps.\nconst FILES = [];\nkeep(FILES);")
    write(tmp_path, "manifest.webmanifest", "{}")
    write(tmp_path, "images/share.png", "a picture")
    return tmp_path


@pytest.fixture
def done(built: Path) -> Path:
    finish_site.finish(built, BUDGETS)
    return built


def page(site: Path, name: str = "index.html") -> str:
    return (site / name).read_text("utf-8")


def script(site: Path, name: str) -> str:
    [found] = site.glob(f"js/*/{name}.js")
    return found.read_text("utf-8")


# --- Scripts ---


@minifies
def test_scripts_lose_their_comments_and_nothing_else(done: Path) -> None:
    finished = script(done, "where")
    assert "What it is for" not in finished
    assert "@returns" not in finished
    assert "two slashes" not in finished
    # Neither a string nor a pattern is a comment.
    assert "`https://example.org/  ${" in finished
    assert "} /* no comment */`" in finished
    assert r"/[/*]\/\//g" in finished
    assert len(finished) < 0.75 * len(SCRIPT)
    assert "export const where" in finished


def folder_in(site: Path) -> str:
    [folder] = (site / "js").iterdir()
    return folder.name


def test_scripts_lie_in_a_folder_of_their_content_wherever_they_are_asked_for(done: Path) -> None:
    folder = folder_in(done)
    assert re.fullmatch("[0-9a-f]{8}", folder)
    assert sorted(file.name for file in (done / "js" / folder).iterdir()) == ["dom.js", "where.js"]
    assert '"./dom.js"' in script(done, "where")
    assert f'"js/{folder}/where.js"' in page(done)
    assert f'src="../js/{folder}/where.js"' in page(done, "tool/index.html")


def test_the_folder_of_the_scripts_changes_with_any_of_them() -> None:
    scripts = {"a.js": 'import "./b.js";', "b.js": "one();"}
    folder = finish_site.folder_of(scripts)
    assert folder == finish_site.folder_of(scripts)
    assert folder != finish_site.folder_of(scripts | {"b.js": "two();"})


def test_an_import_that_is_not_there_is_told() -> None:
    told = "js/a.js imports gone.js, which is not there"
    with pytest.raises(finish_site.Fault, match=re.escape(told)):
        finish_site.folder_of({"a.js": 'import "./gone.js";'})


# --- Style ---


def test_style_stands_in_the_page_and_is_the_same_on_all(done: Path) -> None:
    styles = {
        name: re.findall("<style>(.*?)</style>", page(done, name), re.DOTALL)
        for name in ("index.html", "404.html", "tool/index.html")
    }
    assert len(styles["index.html"]) == 1
    assert styles["404.html"] == styles["index.html"]
    shared, own = styles["tool/index.html"]
    assert [shared] == styles["index.html"]
    assert "lime" in own
    assert "lime" not in shared
    assert "stylesheet" not in page(done) + page(done, "404.html")


@pytest.mark.parametrize(
    "gone", ["blue", "pink", "grey", "black", ".nowhere{", "--unused", "--lost", "rests", "On the"]
)
def test_style_that_no_page_can_use_is_gone(done: Path, gone: str) -> None:
    assert gone not in page(done)


@pytest.mark.parametrize(
    "kept",
    [
        *("--used:", "--by-used:", ".on-page", "made-later", "made__part", '[href^="http"]'),
        *("green", "cyan", "teal", "gold", "moves", "12mm", ":hover", '"}"'),
    ],
)
def test_style_that_a_page_or_a_script_uses_stays(done: Path, kept: str) -> None:
    assert kept in page(done).replace("[href^=http]", '[href^="http"]')


def test_an_empty_custom_property_keeps_its_space(built: Path) -> None:
    # Browsers of some years ago take one without it for a mistake.
    write(built, "css/site.css", ":root { --empty: ; } p { color: var(--empty, red); }")
    finish_site.finish(built, BUDGETS)
    assert re.search(r"--empty:\s+[;}]", page(built))


@pytest.mark.parametrize(
    "broken",
    [
        "}\nb { color: red }",
        "b { color red }",
        "b, i",
        "@media print;",
        "@media (min-width: { b { color: red } }",
    ],
)
def test_a_sheet_that_no_browser_reads_is_told_by_line(built: Path, broken: str) -> None:
    write(built, "css/site.css", f"p {{ color: red }}\n\n{broken}")
    with pytest.raises(finish_site.Fault, match=r"css/site\.css: line 3: .*mend it"):
        finish_site.finish(built, BUDGETS)


@pytest.mark.parametrize("odd", ["p[] { top: 0 }", "p[class=5] { top: 0 }", "p[class=] { top: 0 }"])
def test_an_odd_selector_is_no_reason_to_stop(built: Path, odd: str) -> None:
    write(built, "css/site.css", f"{odd}\np {{ color: red }}")
    finish_site.finish(built, BUDGETS)
    assert "p{color:red}" in page(built)


def test_no_rule_of_our_own_is_lost(build: Builder, tmp_path: Path) -> None:
    """A name that a script puts together would not be found; and what nothing uses may go."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "-q", "build", "--site-dir", tmp_path],
        cwd=ROOT,
        check=True,
    )
    names = finish_site.used_names(
        [file.read_text("utf-8") for file in tmp_path.rglob("*.html")],
        [file.read_text("utf-8") for file in tmp_path.glob("js/*.js")],
    )
    lost = [
        f"{sheet.name}: {selector}"
        for sheet in sorted((ROOT / "docs/css").glob("*.css"))
        for selector in selectors(tinycss2.parse_stylesheet(sheet.read_text("utf-8"), True, True))
        if not finish_site.pruned(tinycss2.parse_stylesheet(f"{selector}{{top:0}}"), names)
    ]
    assert not lost, "\n".join(lost)


def selectors(rules: list[Any]) -> list[str]:
    found = []
    for rule in rules:
        if rule.type == "qualified-rule":
            found += [tinycss2.serialize(one).strip() for one in finish_site.parted(rule.prelude)]
        elif rule.lower_at_keyword in ("media", "supports", "container"):
            found += selectors(tinycss2.parse_rule_list(rule.content, True, True))
    return found


# --- Pages ---


@minifies
def test_pages_are_smaller_and_say_the_same(
    built: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path_factory.mktemp("whole") / "site"
    shutil.copytree(built, whole)
    finish_site.finish(built, BUDGETS)
    # As on a system that has no minifier.
    monkeypatch.setattr(finish_site, "minify", None)
    finish_site.finish(whole, BUDGETS)
    html = page(built)
    assert len(html) < 0.95 * len(page(whole))
    tree = LexborHTMLParser(html)
    words = tree.css_first("p")
    assert words is not None
    assert words.text() == "A link"
    # Without its type it would be another button.
    assert tree.css_first('button[type="submit"]', default=None) is not None


def policy_of(html: str) -> dict[str, list[str]]:
    element = LexborHTMLParser(html).css_first('meta[http-equiv="Content-Security-Policy"]')
    assert element is not None
    rules = (rule.split() for rule in (element.attributes["content"] or "").split(";"))
    return {name: values for name, *values in rules}


def hashes(html: str, element: str) -> set[str]:
    found = LexborHTMLParser(html).css(f"{element}:not([src], [type])")
    return {
        f"'sha256-{base64.b64encode(hashlib.sha256(one.text().encode()).digest()).decode()}'"
        for one in found
    }


@pytest.mark.parametrize("name", ["index.html", "404.html", "tool/index.html"])
def test_the_policy_allows_what_stands_in_the_page_and_nothing_else(done: Path, name: str) -> None:
    html = page(done, name)
    policy = policy_of(html)
    assert policy["default-src"] == ["'none'"]
    assert set(policy["script-src"]) == {"'self'", *hashes(html, "script")}
    assert set(policy["style-src"]) == hashes(html, "style")
    assert hashes(html, "style")
    assert "unsafe" not in str(policy)
    # It holds for what comes after it, so nothing that it is about comes before.
    before = html[: html.index("Content-Security-Policy")]
    assert not re.search("<(script|style|link)", before)


def test_what_no_page_asks_for_is_not_published(done: Path) -> None:
    assert not (done / "assets").exists()
    assert not (done / "css").exists()
    assert (done / "images/share.png").exists()


# --- Budgets ---


def test_a_page_over_its_budget_is_told_with_how_much_and_why(built: Path) -> None:
    before = page(built)
    with pytest.raises(finish_site.Fault) as caught:
        finish_site.finish(built, BUDGETS | {"pages": {"tool/index.html": 500}})
    [line] = str(caught.value).splitlines()
    told = re.match(
        r"tool/index\.html is (\d+) bytes compressed, (\d+) over its budget of 500", line
    )
    assert told
    assert int(told[1]) - int(told[2]) == 500
    for part in ("style", "scripts in the page", "drawings", "words"):
        assert re.search(rf"{part} \d+\.\d", line)
    assert page(built) == before


def test_style_over_its_budget_is_told(built: Path) -> None:
    with pytest.raises(finish_site.Fault, match=r"the style of every page is \d+ bytes"):
        finish_site.finish(built, BUDGETS | {"style": 100})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no `style`"),
        ("[tool.finish_site]\nstyle = 6000", "no `page`"),
        ('[tool.finish_site]\nstyle = 6000\npage = "24k"', "`page = '24k'`"),
        (
            '[tool.finish_site]\nstyle = 1\npage = 1\n[tool.finish_site.pages]\n"a.html" = 0',
            "`a.html = 0`",
        ),
        ("[tool.finish_site", "no TOML"),
    ],
)
def test_wrong_budgets_are_told_with_the_mend(tmp_path: Path, text: str, told: str) -> None:
    write(tmp_path, "pyproject.toml", text)
    with pytest.raises(finish_site.Fault, match=rf"pyproject\.toml .*{re.escape(told)}"):
        finish_site.budgets_in(tmp_path / "pyproject.toml")


def test_the_weight_is_that_of_what_is_sent() -> None:
    assert finish_site.weight("word " * 1000) == len(gzip.compress(b"word " * 1000, 6))


# --- Copies for the time without a network ---


def test_the_worker_learns_each_file_with_its_digest(done: Path) -> None:
    found = re.search(r"FILES=(\[.*?\]\])|FILES = (\[.*?\]\])", page(done, "sw.js"))
    assert found
    files = dict(json.loads(found[1] or found[2]))
    assert {"", "404.html", "tool/", "manifest.webmanifest"} < set(files)
    assert not {"sw.js", "images/share.png", "js/page.js"} & set(files)
    for address, digest in files.items():
        content = (
            done / address / ("index.html" if address[-1:] in ("", "/") else "")
        ).read_bytes()
        assert digest == f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def test_without_a_manifest_the_worker_takes_the_copies_back(built: Path) -> None:
    for file in built.rglob("*.html"):
        file.write_text(re.sub('<link rel="manifest".*>', "", file.read_text("utf-8")), "utf-8")
    finish_site.finish(built, BUDGETS)
    assert re.search(r"FILES ?= ?\[\]", page(built, "sw.js"))


@pytest.mark.parametrize("text", [None, "keep();", "const FILES = [];\nconst const = ("])
def test_a_worker_that_cannot_be_told_leaves_the_site_as_it_is(
    built: Path, text: str | None
) -> None:
    if text is None:
        (built / "sw.js").unlink()
    else:
        write(built, "sw.js", text)
    before = {file: file.read_bytes() for file in built.rglob("*") if file.is_file()}
    with pytest.raises(finish_site.Fault, match=r"sw\.js"):
        finish_site.finish(built, BUDGETS)
    assert {file: file.read_bytes() for file in built.rglob("*") if file.is_file()} == before


# --- What it says ---


def test_it_is_silent_when_all_is_well(built: Path) -> None:
    done = run(built)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_finished_site_is_left_as_it_is(done: Path) -> None:
    before = {file: file.read_bytes() for file in done.rglob("*") if file.is_file()}
    again = run(done)
    assert again.returncode == 1
    assert again.stderr == f"finish_site: {done} is finished already: build it anew\n"
    assert {file: file.read_bytes() for file in done.rglob("*") if file.is_file()} == before


@minifies
def test_what_is_no_script_is_told_by_name(built: Path) -> None:
    broken = built / "js/broken.js"
    broken.write_text("const = ;")
    done = run(built)
    assert done.returncode == 1
    assert done.stderr.startswith(f"finish_site: {broken} is nothing that a browser reads")


@pytest.mark.parametrize("name", ["js/broken.js", "css/site.css", "tool/index.html"])
def test_a_file_that_is_no_text_is_told_by_name(built: Path, name: str) -> None:
    (built / name).write_bytes(b"const a = '\xff';")
    done = run(built)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert str(built / name) in line
    assert "save it" in line


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("css/site.css", "css/gone.css", "gone.css"),
        ("js/page.js", "js/gone.js", "gone"),
        ('<meta charset="utf-8">', "", "its policy has to stand"),
    ],
)
def test_a_page_that_cannot_be_finished_is_told(built: Path, old: str, new: str, told: str) -> None:
    write(built, "index.html", page(built).replace(old, new))
    done = run(built)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("finish_site: ")
    assert told in line


@pytest.mark.parametrize("kind", ["nothing", "no folder", "an empty folder", "a file", "two"])
def test_what_is_no_site_is_told_in_one_line(built: Path, kind: str) -> None:
    given: dict[str, list[str | Path]] = {
        "nothing": [],
        "no folder": [built / "none"],
        "an empty folder": [built / "js"],
        "a file": [built / "index.html"],
        "two": [built, built],
    }
    done = run(*given[kind])
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("finish_site: ")
    assert "give its folder, the one with index.html" in line
