"""Finishes a built site: inlines, minifies, and removes what readers do not need.

Styles and the script of every page go into the page, other scripts into a folder named by their content.
Each page gets a content security policy, the search its index, and `sw.js` its precache list.
"""

import base64
import gzip
import hashlib
import json
import re
import shutil
import sys
import tomllib
from html import escape
from pathlib import Path
from typing import Any

from turbohtml import Element, Minify, Text, clean, parse

SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*?css/([\w.-]+)">\s*')
SCRIPT = re.compile(r'<script (type="module" )?src="([^"]*)js/([\w.-]+)"></script>')
# The only forms that modules in docs/js may use; others are reported as syntax errors.
IMPORT = re.compile(r'^import (?:(?:\{[^}]*\}|\* as \w+) from )?"\./[\w-]+\.js";', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function\*?|class) (\w+))", re.MULTILINE)
# How scripts name modules: "./name.js" in a module, "js/name.js" in the script of every page.
MODULE = re.compile(r'"(?:\./|js/)([\w-]+\.js)"')
CSS_TEXT = re.compile(r"""/\*(?:(?!/\*).)*?\*/|(["'])(?:\\.|(?!\1)[^\\\n])*\1""", re.DOTALL)
BROKEN_CSS = re.compile(r"""["']|/\*|^@(?!container|keyframes|media|page|supports)""")
# Compressed, quotes and end tags cost next to nothing.
LAYOUT = Minify(omit_optional_tags=False, unquote_attributes=False)
NOT_SEARCHED = "h1, h2, h3, h4, h5, h6, svg, .toc, [data-search-exclude]"
NO_FILES = "const FILES = [];"
NOT_PRECACHED = re.compile(r"images/share\.png|sitemap\..*|robots\.txt|CNAME|sw\.js")
POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src {styles}; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types calf-release"
)


class BuildError(Exception):
    """Why a site cannot be finished: lines of `file: sentence` or `file:line: sentence`."""


def read_text(file: Path, name: str) -> str:
    """Return a file's text; `name` is its name in the sources."""
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        raise BuildError(f"{name}: no such file, but the site needs it") from None
    except UnicodeDecodeError as error:
        raise BuildError(f"{name}: not UTF-8 ({error.reason}): save it as UTF-8") from None


def sha256(content: bytes) -> str:
    """Return a hash in the form of policies and `fetch` (https://www.w3.org/TR/SRI/)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def place(file: str, text: str, offset: int) -> str:
    """Return `file:line` of an offset."""
    return f"{file}:{text.count(chr(10), 0, offset) + 1}"


def minify_css(source: str, file: str) -> str:
    """Return a sheet, minified; raise an error if a comment, block or declaration is broken."""
    # The minifier accepts anything. We do not nest rules: a rule in a rule is an unclosed block.
    text = CSS_TEXT.sub(lambda found: "\n" * found[0].count("\n"), source)
    opened: list[tuple[str, str]] = []  # the prelude of each open block, and its place
    for found in re.finditer(r"\s*([^{};]*)([{};]|$)", text):
        said, end, where = " ".join(found[1].split()), found[2], place(file, text, found.start(1))
        in_rule = bool(opened) and not opened[-1][0].startswith("@")
        if opened and (not end or (end == "{" and in_rule)):
            said, where = opened[-1]
            raise BuildError(f"{where}: syntax error: the block of '{said}' is not closed")
        odd = said.count("(") != said.count(")") or BROKEN_CSS.search(said)
        lost = said and end != "{" and (said.count(":") != 1 if in_rule else not end)
        if odd or lost or (end == "}" and not opened):
            raise BuildError(f"{where}: syntax error near '{said or end}'")
        if end == "{":
            opened.append((said, where))
        elif end == "}":
            opened.pop()
    return clean.minify_css(source)


def minify_script(source: str, file: str) -> str:
    """Return a classic script, minified."""
    try:
        return clean.minify_js(source)
    except ValueError as error:
        offset = re.search(r" at offset (\d+)", str(error))
        where = place(file, source, int(offset[1]) if offset else 0)
        raise BuildError(f"{where}: syntax error: {error}") from None


def minify_module(source: str, file: str) -> str:
    """Return a module, minified: its body as a function, async where it exports nothing."""
    imports = "".join(found[0] for found in IMPORT.finditer(source))
    body = IMPORT.sub(lambda found: "\n" * found[0].count("\n"), source)
    if exports := ",".join(EXPORT.findall(source)):
        body = f"const[{exports}]=(()=>{{{EXPORT.sub('', body)}\nreturn[{exports}]}})()"
        return f"{imports}export {minify_script(body, file)}"
    start = "async function main(){"
    return imports + minify_script(f"{start}{body}\n}}", file).removeprefix(start)[:-1]


def page_style(site: Path, page: str) -> str:
    """Return the style of every page: the sheets that a page links to, in their order, minified."""
    names = [f"css/{name}" for name in SHEET.findall(page)]
    sheets = [minify_css(read_text(site / name, f"docs/{name}"), f"docs/{name}") for name in names]
    return clean.minify_css("".join(sheets))


def check_imports(sources: dict[str, str]) -> None:
    """Raise an error where a script imports a file that does not exist."""
    for name, source in sources.items():
        for found in MODULE.finditer(source):
            if found[1] not in sources:
                where = place(f"docs/js/{name}", source, found.start())
                raise BuildError(f"{where}: imports {found[1]}, which does not exist")


def content_security_policy(page: str) -> str:
    """Return a page's policy as a meta element, with the hashes of its own styles and scripts."""
    styles, scripts = (
        " ".join(f"'{sha256(text.encode())}'" for text in re.findall(pattern, page, re.DOTALL))
        for pattern in ("<style>(.*?)</style>", "<script>(.*?)</script>")
    )
    policy = POLICY.format(styles=styles, scripts=scripts)
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


def finish_page(page: str, path: str, style: str, scripts: dict[str, str], folder: str) -> str:
    """Return a page minified, its style and classic script inline, its modules in `folder`."""

    def inline_script(found: re.Match[str]) -> str:
        module, up, name = found.groups()
        if name not in scripts:
            raise BuildError(f"{path}: js/{name} does not exist: restore it or edit extra.tools")
        if module:
            return f'<script type="module" src="{up}{folder}{name}"></script>'
        return "<script>" + scripts[name].replace('"js/', f'"{folder}') + "</script>"

    page = re.sub(f"(?:{SHEET.pattern})+", lambda _: f"<style>{style}</style>", clean.minify(page, LAYOUT))
    page = SCRIPT.sub(inline_script, page)
    # The policy applies only to what follows it.
    start, charset, rest = page.partition('<meta charset="utf-8">')
    if not charset:
        raise BuildError(f'{path}: no <meta charset="utf-8"> for the policy to follow')
    return f"{start}{charset}{content_security_policy(page)}{rest}"


def check_budgets(pages: dict[str, str], style: str, budgets: dict[str, Any]) -> None:
    """Raise an error where the style or a page, as GitHub Pages sends it, is too large."""
    texts = {"docs/css": style, **pages}
    limits = {"docs/css": budgets["style"], **budgets["pages"]}
    over = []
    for path, text in texts.items():
        size, most = len(gzip.compress(text.encode(), 6)), limits.get(path, budgets["page"])
        if size > most:
            over.append(f"{path}: {size} bytes compressed, {most} allowed by pyproject.toml")
    if over:
        raise BuildError("\n".join(over))


def search_index(pages: dict[str, str]) -> list[dict[str, str]]:
    """Return the sections that docs/js/find.js searches; what a fold holds is below its own heading."""
    sections = []
    for path, page in pages.items():
        own: list[dict[str, str]] = []
        place = path.removesuffix("index.html")
        article = parse(page).select_one("article") if path != "404.html" else None
        for node in article.descendants if article else ():
            if isinstance(node, Element) and re.fullmatch("h[1-6]", node.tag) and (one_id := node.attr("id")):
                location = place + f"#{one_id}" * (node.tag != "h1")
                own.append({"location": location, "title": " ".join(node.text.split()), "text": ""})
            elif own and isinstance(node, Text) and not node.closest(NOT_SEARCHED):
                own[-1]["text"] += node.data
        sections += [{key: escape(" ".join(one[key].split()), quote=False) for key in one} for one in own]
    return sections


def precache_entries(site: Path) -> list[list[str]]:
    """Return path and hash of each file that readers keep offline."""
    files = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    kept = sorted(path for path in files if not NOT_PRECACHED.fullmatch(path))
    page = re.compile(r"(^|/)index\.html$")
    return [[page.sub(r"\1", path), sha256(files[path].read_bytes())] for path in kept]


def finish(site: Path, budgets: dict[str, Any]) -> None:
    """Finish a built site in place, as `budgets`, [tool.finish_site] of pyproject.toml, allow."""
    paths = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    pages = {path: read_text(site / path, path) for path in paths}
    if any('http-equiv="Content-Security-Policy"' in page for page in pages.values()):
        raise BuildError(f"{site}: already finished: rebuild it")
    classic = {name for page in pages.values() for module, _, name in SCRIPT.findall(page) if not module}
    sources = {file.name: read_text(file, f"docs/js/{file.name}") for file in sorted(site.glob("js/*.js"))}
    scripts = {
        name: (minify_script if name in classic else minify_module)(source, f"docs/js/{name}")
        for name, source in sources.items()
    }
    check_imports(sources)
    # Named by the content of all modules, so that no page mixes two versions.
    folder = f"js/{hashlib.sha256(json.dumps(scripts).encode()).hexdigest()[:8]}/"
    sections = search_index(pages)
    style = page_style(site, pages["index.html"])
    pages = {path: finish_page(page, path, style, scripts, folder) for path, page in pages.items()}
    check_budgets(pages, style, budgets)
    worker = read_text(site / "sw.js", "docs/sw.js")
    if NO_FILES not in worker:
        raise BuildError(f"docs/sw.js: no line '{NO_FILES}', where the list of files goes")
    minify_script(worker, "docs/sw.js")  # report errors before anything is written
    for path, page in pages.items():
        (site / path).write_text(page, "utf-8")
    (site / "search.json").unlink(missing_ok=True)  # Zensical's
    (site / "search").mkdir(exist_ok=True)
    (site / "search/search_index.json").write_text(json.dumps({"docs": sections}), "utf-8")
    for name in sources:
        (site / "js" / name).unlink()
    (site / folder).mkdir()
    for name in scripts.keys() - classic:
        (site / folder / name).write_text(scripts[name], "utf-8")
    for unused in ("assets", "css"):  # inlined where needed
        shutil.rmtree(site / unused, ignore_errors=True)
    # Without a manifest (`offline: false`) the list is empty, and the worker deletes its copies.
    entries = json.dumps(precache_entries(site) if 'rel="manifest"' in pages["index.html"] else [])
    worker = minify_script(worker.replace(NO_FILES, f"const FILES = {entries};"), "docs/sw.js")
    (site / "sw.js").write_text(worker, "utf-8")


def main(arguments: list[str]) -> int | str:
    """Finish the site in the given folder, and return the exit status or an error message."""
    if len(arguments) != 1 or not Path(arguments[0], "index.html").is_file():
        print("usage: finish_site.py SITE, a built site's folder with index.html", file=sys.stderr)
        return 2
    try:
        settings = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
        finish(Path(arguments[0]), settings["tool"]["finish_site"])
    except (ValueError, KeyError) as error:
        return f"pyproject.toml: {error}"
    except (OSError, BuildError) as error:
        return str(error)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
