"""What finishing does to a built site, and the errors that it reports."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import finish_site
import pytest
import turbohtml

ROOT = Path(__file__).parents[2]
BUDGETS: dict[str, Any] = {"style": 6_000, "page": 20_000, "pages": {}}

MODULE = """\
// What it is for.
import { make, count as counted } from "./dom.js";
import * as dom from "./dom.js";

/** @returns {string} an address */
export const where = (name) => `https://example.org/  ${name} /* no comment */`;
export async function later(first) { return counted(make(first), dom, pattern); }
const pattern = /[/*]\\/\\//g; // two slashes
"""
STYLE = """\
/* Comment. */
:root { --dark: ; }
p { color: var(--dark, #ff0000); }
p::before { content: "}" / ""; }
@media print { p { color: white; } }
"""
PAGE = """\
<!doctype html>
<html lang="en" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Page</title>
  <link rel="manifest" href="{up}manifest.webmanifest">
  <link rel="stylesheet" href="{up}css/base.css">
  <link rel="stylesheet" href="{up}css/site.css">
  {more}
  <script src="{up}js/page.js"></script>
</head>
<body>
  <p class="a"><a href="https://example.org/">A</a>
    <b>link</b></p><!-- comment -->
  <form><button type="submit">Go</button></form>
</body>
</html>
"""
TOOL = '<script type="module" src="../js/tool.js"></script>'
FILES = {
    "index.html": PAGE.format(up="", more=""),
    "tool/index.html": PAGE.format(up="../", more=TOOL),
    # The page that answers any address has whole ones.
    "404.html": PAGE.format(up="/sub/path/", more=""),
    "css/base.css": "b { color: blue }",
    "css/site.css": STYLE,
    "js/page.js": '"use strict"; import("js/tool.js"); // at once',
    "js/tool.js": 'import { where } from "./where.js";\nconst tool = await where(1);\nuse(tool);',
    "js/where.js": MODULE,
    "js/dom.js": "export const make = 1;\nexport function count() {}",
    "assets/theme.js": "theirs();",
    "sw.js": "// Keeps.\nconst FILES = [];\nkeep(FILES);",
    "manifest.webmanifest": "{}",
    "images/share.png": "a picture",
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a small site as the builder leaves it."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def done(built: Path) -> Path:
    finish_site.finish(built, BUDGETS)
    return built


def read(site: Path, name: str = "index.html") -> str:
    [file] = site.glob(name)
    return file.read_text("utf-8")


def contents(site: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts/finish_site.py", *arguments], capture_output=True, text=True, timeout=60
    )


def test_a_module_keeps_imports_exports_and_strings_and_loses_comments(done: Path) -> None:
    script = read(done, "js/*/where.js")
    for lost in ("What it is for", "@returns", "two slashes", "first"):
        assert lost not in script
    assert script.startswith('import { make, count as counted } from "./dom.js";')
    assert 'import * as dom from "./dom.js";' in script
    assert "`https://example.org/  ${" in script
    assert "} /* no comment */`" in script
    assert r"/[/*]\/\//g" in script
    assert "export const [where,later]=" in script
    assert script.endswith("})()")
    assert "pattern" not in script


def test_a_module_without_exports_may_await_and_is_renamed_inside(done: Path) -> None:
    script = read(done, "js/*/tool.js")
    assert script.startswith('import { where } from "./where.js";')
    assert "await where(1)" in script
    assert not re.search(r"\btool\b", script)
    assert "main" not in script


def test_modules_are_in_a_folder_named_by_their_content(done: Path) -> None:
    [folder] = (done / "js").iterdir()
    assert re.fullmatch("[0-9a-f]{8}", folder.name)
    assert {file.name for file in folder.iterdir()} == {"dom.js", "tool.js", "where.js"}
    assert f'"js/{folder.name}/tool.js"' in read(done)
    assert f'src="../js/{folder.name}/tool.js"' in read(done, "tool/index.html")


def test_the_folder_changes_with_any_module(built: Path, tmp_path_factory: Any) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(built, other, dirs_exist_ok=True)
    (other / "js/dom.js").write_text(FILES["js/dom.js"].replace("1", "2"))
    for site in (built, other):
        finish_site.finish(site, BUDGETS)
    [before], [after] = (list((site / "js").iterdir()) for site in (built, other))
    assert before.name != after.name


def test_every_page_has_the_same_style_as_one_element(done: Path) -> None:
    pages = [read(done, name) for name in ("index.html", "404.html", "tool/index.html")]
    [[shared], *others] = [re.findall("<style>(.*?)</style>", page, re.DOTALL) for page in pages]
    assert others == [[shared]] * 2
    assert not [page for page in pages if "stylesheet" in page]
    # Older browsers need the space in an empty custom property.
    for kept in ("b{color:", "--dark: ", 'content:"}"/""', "@media print{p{"):
        assert kept in shared
    assert "Comment" not in shared


def test_pages_lose_only_comments_and_spare_space(done: Path) -> None:
    page = read(done)
    assert "comment" not in page
    assert '<p class="a"><a href="https://example.org/">A</a> <b>link</b></p>' in page
    assert '<button type="submit">' in page


@pytest.mark.parametrize("name", ["index.html", "404.html", "tool/index.html"])
def test_the_policy_allows_only_the_pages_own_style_and_scripts(done: Path, name: str) -> None:
    page = turbohtml.parse(read(done, name))
    [meta] = page.select('meta[http-equiv="Content-Security-Policy"]')
    rules = (rule.split() for rule in str(meta.attrs["content"]).split(";"))
    policy = {name: set(values) for name, *values in rules}

    def hashes(selector: str) -> set[str]:
        digests = (hashlib.sha256(one.text.encode()).digest() for one in page.select(selector))
        return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}

    assert policy == {
        "default-src": {"'none'"},
        "script-src": {"'self'", *hashes("script:not([src])")},
        "style-src": hashes("style"),
        **{key: {"'self'"} for key in ("img-src", "connect-src", "manifest-src", "worker-src")},
        "form-action": {"'self'"},
        "base-uri": {"'none'"},
        "require-trusted-types-for": {"'script'"},
        "trusted-types": {"calf-release"},
    }
    # The policy applies only to what follows it.
    before, _, _ = read(done, name).partition("Content-Security-Policy")
    assert not re.search("<(script|style|link)", before)


def test_unused_files_are_not_published(done: Path) -> None:
    assert not (done / "assets").exists()
    assert not (done / "css").exists()
    assert (done / "images/share.png").exists()


def test_the_worker_precaches_each_file_with_its_hash(done: Path) -> None:
    [listed] = re.findall(r"\[\[.*?\]\]", read(done, "sw.js"))
    files = dict(json.loads(listed))
    assert {"", "404.html", "tool/", "manifest.webmanifest"} < set(files)
    assert not {"sw.js", "images/share.png", "js/page.js"} & set(files)
    for address, digest in files.items():
        file = done / address / ("index.html" if address[-1:] in ("", "/") else "")
        expected = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
        assert digest == f"sha256-{expected}"


FOLDS = """<article><h1 id="top">Page</h1><p>First <b>things</b>.</p>
<h2 id="group">Group</h2>
<details><summary>More</summary>
<p>Quiet.</p></details>
<details><summary><h3 id="one">One?</h3> <b>Rare</b></summary>
<p>Salt &amp; sand.</p><svg><title>A drawing</title></svg></details></article>"""


def test_the_search_finds_a_folds_text_below_the_heading_of_its_summary(built: Path) -> None:
    page = built / "tool/index.html"
    page.write_text(page.read_text("utf-8").replace("<body>", f"<body>{FOLDS}"), "utf-8")
    finish_site.finish(built, BUDGETS)
    docs = json.loads(read(built, "search/search_index.json"))["docs"]
    assert [tuple(doc.values()) for doc in docs] == [
        ("tool/", "Page", "First things."),
        ("tool/#group", "Group", "More Quiet."),
        ("tool/#one", "One?", "Rare Salt &amp; sand."),
    ]


def test_without_a_manifest_nothing_is_precached(built: Path) -> None:
    for file in built.rglob("*.html"):
        file.write_text(re.sub('<link rel="manifest".*>', "", file.read_text("utf-8")), "utf-8")
    finish_site.finish(built, BUDGETS)
    assert "[]" in read(built, "sw.js")
    assert "sha256-" not in read(built, "sw.js")


@pytest.mark.parametrize(
    ("name", "text", "reported"),
    [
        ("css/site.css", "\np { top: 0 }\nb {\n top: 0\n", "docs/css/site.css:3: syntax error"),
        ("css/site.css", "\np { top: 0;\n\nb { top: 0 }", "docs/css/site.css:2: syntax error"),
        ("css/site.css", "@media print {\n p { top: 0 }\n", "docs/css/site.css:1: syntax error"),
        ("css/site.css", "p { top: 0 }\n}", "docs/css/site.css:2: syntax error near '}'"),
        ("css/site.css", "/*\n*/ p {\n top 0 }", "docs/css/site.css:3: syntax error near 'top"),
        ("css/site.css", "p {\n top: 0\n left: 0 }", "docs/css/site.css:2: syntax error near"),
        ("css/site.css", "p {\n top: max(0 }", "docs/css/site.css:2: syntax error near 'top"),
        ("css/site.css", "p {\n content: \"; }", "docs/css/site.css:2: syntax error near 'content"),
        ("css/site.css", "\n@meda print { p { top: 0 } }", "docs/css/site.css:2: syntax error"),
        ("css/site.css", "p { top: 0 }\nb,\ni", "docs/css/site.css:2: syntax error near 'b, i'"),
        ("css/site.css", "p { top: 0 }\n/* b { top: 0 }", "docs/css/site.css:2: syntax error near"),
        ("css/site.css", "\n/* a\nb { top: 0 }\n/* c */", "docs/css/site.css:2: syntax error near"),
        ("css/site.css", None, "docs/css/site.css: no such file"),
        ("js/dom.js", "// é\n\nconst = ;", "docs/js/dom.js:3: syntax error: .*="),
        ("js/page.js", "ok();\nconst = ;", "docs/js/page.js:2: syntax error: .*="),
        ("js/tool.js", "ok();\nif (a) {", "docs/js/tool.js:3: syntax error"),
        ("js/where.js", "ok();\nexport let a;", "docs/js/where.js:2: syntax error"),
        ("js/page.js", '\nimport("js/a.js");', "docs/js/page.js:2: imports a.js, which does not"),
        ("js/where.js", None, "docs/js/tool.js:1: imports where.js, which does not exist"),
        ("js/tool.js", None, "docs/js/page.js:1: imports tool.js, which does not exist"),
        ("index.html", PAGE.replace("{up}js/", "js/gone"), "index.html: js/gonepage.js does not"),
        ("index.html", "<p>", "index.html: no <meta charset"),
        ("sw.js", "keep();", "docs/sw.js: no line 'const FILES"),
        ("sw.js", "const FILES = [];\nconst = (", "docs/sw.js:2: syntax error"),
        ("sw.js", None, "docs/sw.js: no such file"),
        ("js/dom.js", "\xff", "docs/js/dom.js: not UTF-8"),
    ],
)  # fmt: skip
def test_an_error_is_reported_and_the_site_left_alone(built: Path, name: str, text: str | None, reported: str) -> None:
    if text is None:
        (built / name).unlink()
    else:
        (built / name).write_text(text, "latin-1" if "\xff" in text else "utf-8")
    before = contents(built)
    with pytest.raises(finish_site.BuildError) as caught:
        finish_site.finish(built, BUDGETS)
    [line] = str(caught.value).splitlines()
    assert re.match(reported, line), line
    assert contents(built) == before


def test_everything_over_its_budget_is_reported_with_its_size(built: Path) -> None:
    before = contents(built)
    budgets = BUDGETS | {"style": 50, "pages": {"tool/index.html": 500}}
    with pytest.raises(finish_site.BuildError) as caught:
        finish_site.finish(built, budgets)
    style, page = str(caught.value).splitlines()
    assert re.match(r"docs/css: \d+ bytes compressed, 50 allowed ", style)
    assert re.match(r"tool/index\.html: \d+ bytes compressed, 500 allowed ", page)
    assert contents(built) == before


def test_a_finished_site_is_refused_and_left_alone(built: Path) -> None:
    first = run(built)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    before = contents(built)
    again = run(built)
    assert (again.returncode, again.stderr) == (1, f"{built}: already finished: rebuild it\n")
    assert contents(built) == before


def test_a_usage_error_is_one_line(built: Path) -> None:
    for arguments in ([], [built / "none"], [built / "js"], [built, built]):
        done = run(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("usage: ")
        assert len(done.stderr.splitlines()) == 1
