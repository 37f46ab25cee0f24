"""Finishes a built website: what its writers need does not travel to its readers.

The builder leaves pages that ask for style sheets and scripts. Here the style is pruned to what the
site uses and stands in each page, with the script of all pages; other scripts lie in a folder
named by their content; all is made smaller; each page gets a content policy; and the worker that
keeps a copy for the time without a network learns which files there are. Nothing of it depends on
the builder.
"""

import base64
import gzip
import hashlib
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2
from selectolax.lexbor import LexborHTMLParser

try:
    import minify

    # Quotes, end tags and the space between two parts cost next to nothing once compressed, and
    # people and programs read them. A button that loses its type becomes another button.
    minify.config(
        {
            "html-keep-default-attr-vals": True,
            "html-keep-document-tags": True,
            "html-keep-end-tags": True,
            "html-keep-quotes": True,
            "html-keep-whitespace": True,
        }
    )
except ImportError:
    # No build for this system (pyproject.toml says which): what is sent stays as it was written.
    minify = None

SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">\s*')
SCRIPT = re.compile(r'<script (type="module" )?src="([^"]*)js/([^"]+)"></script>')
MODULE = re.compile(r'"(?:\./|js/)([\w-]+\.js)"')
# Rules that hold others.
NESTING = ("media", "supports", "container")
WORD = re.compile(r"[\w-]+")
LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
# The budgets stand there, with the settings of the other tools.
SETTINGS = Path(__file__).parents[1] / "pyproject.toml"
# The worker's line for what it keeps.
NO_FILES = "const FILES = [];"
# For those who list a site or share a link to it; no reader's page asks for them.
NOT_KEPT = re.compile(r"images/share\.png|sitemap\..*|robots\.txt|CNAME|sw\.js")


class Fault(Exception):
    """What keeps a site from being finished, in a sentence that names the file and the mend."""


def read(file: Path) -> str:
    """Return a file's text.

    Raises:
        Fault: It is not there, or not UTF-8.
    """
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        raise Fault(f"{file} is not there: mend that, and build the site anew") from None
    except UnicodeDecodeError as error:
        raise Fault(f"{file} is not UTF-8 ({error.reason}): save it so") from None


def smaller(kind: str, text: str, file: Path) -> str:
    """Return the same page, style or script without comments and spare spaces.

    Args:
        kind: Its MIME type.
        text: What it says.
        file: What it is called in a message.

    Raises:
        Fault: No browser could read it.
    """
    if minify is None:
        return text
    try:
        return str(minify.string(kind, text))
    except minify.MinifyError as error:
        raise Fault(f"{file} is nothing that a browser reads: {error}") from None


def weight(text: str) -> int:
    """Return how many bytes a text has as GitHub Pages sends it, compressed by gzip."""
    return len(gzip.compress(text.encode(), 6))


# --- Scripts --------------------------------------------------------------------------------------


def folder_of(scripts: dict[str, str]) -> str:
    """Return the folder of the scripts, named by all that they say.

    So no copy of one is ever out of date, nor beside another of another day.

    Args:
        scripts: What each says, by its name. It imports others as "./name.js", and a script that
            stands in a page as "js/name.js".

    Raises:
        Fault: One imports what is not there.
    """
    for name, text in scripts.items():
        for imported in MODULE.findall(text):
            if imported not in scripts:
                raise Fault(f"js/{name} imports {imported}, which is not there: put it back")
    said = json.dumps(scripts, sort_keys=True)
    return f"js/{hashlib.sha256(said.encode()).hexdigest()[:8]}/"


# --- Style ----------------------------------------------------------------------------------------


def used_names(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return every word by which a selector could mean something on a page, now or later.

    Args:
        pages: The pages' HTML: names of elements, classes, ids, attributes and their values count.
        scripts: What may add to them: each word of a string in a script counts, and one that ends
            with two underscores for all names that begin with it.
    """
    names: set[str] = set()
    for page in pages:
        for node in LexborHTMLParser(page).css("*"):
            names.add(node.tag or "")
            for attribute, value in node.attributes.items():
                names.add(attribute)
                names.update((value or "").split())
    for script in scripts:
        for literal in LITERAL.findall(script):
            names.update(WORD.findall(literal))
    return names


def words_of(selector: list[Any]) -> Iterator[str]:
    """Give the names of elements, classes, ids and attributes that a selector asks for.

    What stands in brackets, as in `:is()` and `:not()`, asks for nothing by itself.
    """
    before = None
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and before != ":"):
            yield token.value
        elif token.type == "[] block":
            parts = [part for part in token.content if part.type != "whitespace"]
            # What is no name, or a part of a value as in [href^="http"], is no word of a page.
            if parts and parts[0].type == "ident":
                yield parts[0].value
            if len(parts) > 2 and parts[1] == "=" and parts[2].type in ("ident", "string"):
                yield from parts[2].value.split()
        before = token.value if token.type == "literal" else None


def is_known(word: str, names: set[str]) -> bool:
    """Return whether a page has a name, or a script could make it."""
    return word in names or word.partition("__")[0] + "__" in names


def parted(tokens: list[Any]) -> list[list[Any]]:
    """Return the selectors of a list, which commas part."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def refuse_errors(nodes: list[Any]) -> None:
    """Raise a fault, which tells the line, where a sheet has something that is no style."""
    for node in nodes:
        if node.type == "error":
            raise Fault(f"line {node.source_line}: {node.message}; no browser reads it, so mend it")


def pruned(rules: list[Any], names: set[str], asked: set[str] | None = None) -> str:
    """Return the rules that can mean something, as text.

    Args:
        rules: The nodes of a sheet, as tinycss2 parses it.
        names: All that stands on the pages, or will.
        asked: The custom properties and keyframes that are used; without it all of them stay.

    Raises:
        Fault: The sheet has something that is no rule; the message tells its line.
    """
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            said = tinycss2.parse_blocks_contents(rule.content, True, True)
            refuse_errors([*rule.prelude, *said])
            selectors = [
                tinycss2.serialize(selector)
                for selector in parted(rule.prelude)
                if all(is_known(word, names) for word in words_of(selector))
            ]
            asked_for = [
                part.serialize()
                for part in said
                if asked is None
                or part.type != "declaration"
                or part.name in asked
                or part.name[:2] != "--"
            ]
            if selectors and asked_for:
                kept.append(f"{','.join(selectors)}{{{';'.join(asked_for)}}}")
        elif rule.type == "error":
            refuse_errors([rule])
        elif rule.lower_at_keyword in NESTING and rule.content is None:
            raise Fault(f"line {rule.source_line}: @{rule.at_keyword} without a block; mend it")
        elif rule.lower_at_keyword in NESTING:
            if inner := pruned(tinycss2.parse_rule_list(rule.content, True, True), names, asked):
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.lower_at_keyword == "keyframes":
            if asked is None or tinycss2.serialize(rule.prelude).strip() in asked:
                kept.append(rule.serialize())
        elif rule.lower_at_keyword != "charset":
            kept.append(rule.serialize())
    return "\n".join(kept)


def style_of(sheets: list[Path], names: set[str]) -> str:
    """Return what pages need of some style sheets, as one sheet.

    Args:
        sheets: The files, in their order.
        names: All that stands on the pages, or will.

    Raises:
        Fault: A sheet cannot be read.
    """
    kept = []
    for sheet in sheets:
        text = read(sheet)
        try:
            kept.append(pruned(tinycss2.parse_stylesheet(text, True, True), names))
        except Fault as fault:
            raise Fault(f"{sheet}: {fault}") from None
    style = "\n".join(kept)
    # What was asked for only by what is now gone goes too.
    while True:
        asked = set(re.findall(r"var\(\s*(--[\w-]+)", style))
        asked.update(
            *(WORD.findall(value) for value in re.findall(r"animation[^:;}]*:([^;}]*)", style))
        )
        less = pruned(tinycss2.parse_stylesheet(style, True, True), names, asked)
        if less == style:
            return smaller("text/css", style, sheets[0])
        style = less


# --- Pages ----------------------------------------------------------------------------------------


def policy(page: str) -> str:
    """Return the content policy of a page, as its element: nothing but what the site itself brings.

    Args:
        page: The whole page. A style or a script that stands in it is allowed by its hash
            (https://www.w3.org/TR/CSP3/#match-element-to-source-list), and nothing else is.
    """

    def hashes(element: str) -> str:
        found = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digests = (hashlib.sha256(text.encode()).digest() for text in found)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    rules = (
        "default-src 'none'",
        f"script-src 'self' {hashes('script')}",
        f"style-src {hashes('style')}",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        # Nothing can become markup or a script but the worker's address (js/page.js).
        "require-trusted-types-for 'script'",
        "trusted-types calf-release",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def finished(
    page: str, file: Path, styles: dict[str, str], scripts: dict[str, str], folder: str
) -> str:
    """Return a page with its style and its own script in it, smaller, and closed to all else.

    Args:
        page: The page as it was built.
        file: Where it lies, for messages.
        styles: What stands in the place of the link to a sheet, by its name: a style, or nothing.
        scripts: What each script says, by its name.
        folder: Where those lie that are not in the page.
    """

    def style(found: re.Match[str]) -> str:
        text = styles[Path(found[1]).name]
        return f"<style>{text}</style>" if text else ""

    def script(found: re.Match[str]) -> str:
        is_module, way, name = found.groups()
        text = scripts[name].replace('"js/', f'"{folder}')
        if is_module:
            return f'<script type="module" src="{way}{folder}{name}"></script>'
        return f"<script>{text}</script>"

    try:
        page = SCRIPT.sub(script, SHEET.sub(style, page))
    except KeyError as error:
        raise Fault(
            f"{file} asks for {error}, which is not there: put it back, or ask for another"
        ) from None
    page = smaller("text/html", page, file)
    # First of all that a browser reads, but for the alphabet that it is written in.
    start, charset, rest = page.partition('<meta charset="utf-8">')
    if not charset:
        raise Fault(f'{file} has no <meta charset="utf-8">, behind which its policy has to stand')
    return f"{start}{charset}{policy(page)}{rest}"


# --- Budgets --------------------------------------------------------------------------------------


def share(page: str) -> str:
    """Return what a page's weight is made of in kB, heaviest first, each compressed by itself."""
    tree = LexborHTMLParser(page)
    parts = {
        name: weight("".join(node.html or "" for node in tree.css(selector)))
        for name, selector in (
            ("style", "style"),
            ("scripts in the page", "script"),
            ("drawings", "svg"),
            ("menu and footer", "header, footer"),
        )
    }
    for node in tree.css("head, svg, header, footer"):
        node.decompose()
    parts["words"] = weight(tree.body.html or "" if tree.body else "")
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {bytes_ / 1000:.1f}" for name, bytes_ in ordered)


def budgets_in(settings: Path) -> dict[str, Any]:
    """Return the budgets that a pyproject.toml has, as `too_heavy` takes them.

    Raises:
        Fault: It is not there or no TOML, or lacks a budget that is a number above 0.
    """
    try:
        table = tomllib.loads(read(settings)).get("tool", {}).get("finish_site", {})
    except tomllib.TOMLDecodeError as error:
        raise Fault(f"{settings} is no TOML: {error}") from None
    budgets = {"pages": {}, **table}
    for name in ("style", "page"):
        if name not in budgets:
            raise Fault(
                f"{settings} has no `{name}` in [tool.finish_site]: say how many bytes it may have"
            )
    for name, bytes_ in [*budgets.items(), *budgets["pages"].items()]:
        if name != "pages" and (not isinstance(bytes_, int) or bytes_ <= 0):
            raise Fault(f"{settings} has `{name} = {bytes_!r}`: say a number of bytes above 0")
    return budgets


def too_heavy(pages: dict[str, str], budgets: dict[str, Any]) -> list[str]:
    """Return a sentence for each page, and for the style, that is over its budget.

    Args:
        pages: The finished pages by their path below the site's folder.
        budgets: The most bytes, compressed, of the style that all pages share (`style`), of a page
            (`page`), and of pages with a budget of their own (`pages`, by path).
    """
    faults = []
    for path, page in pages.items():
        most = budgets["pages"].get(path, budgets["page"])
        if (bytes_ := weight(page)) > most:
            faults.append(
                f"{path} is {bytes_} bytes compressed, {bytes_ - most} over its budget of {most} "
                f"(kB: {share(page)}): say it shorter, draw it simpler, "
                "or give it more in pyproject.toml"
            )
    shared = re.search(r"<style>(.*?)</style>", next(iter(pages.values())), re.DOTALL)
    if shared and (bytes_ := weight(shared[1])) > (most := budgets["style"]):
        faults.append(
            f"the style of every page is {bytes_} bytes compressed, {bytes_ - most} over its "
            f"budget of {most}: look in docs/css for what no page needs, "
            "or give it more in pyproject.toml"
        )
    return faults


# --- The whole site -------------------------------------------------------------------------------


def file_of(address: str, site: Path) -> Path:
    """Return the site's file that a page's link to a sheet means, wherever the page lies."""
    parts = [part for part in address.split("/") if part not in ("", ".", "..")]
    below = (site.joinpath(*parts[i:]) for i in range(len(parts)))
    return next((path for path in below if path.is_file()), site.joinpath(*parts))


def styles_of(site: Path, pages: list[str], names: set[str]) -> dict[str, str]:
    """Return what stands in each page in the place of the link to a sheet, by the sheet's name.

    What every page links becomes one text, the same on all, in the place of the first link; in the
    places of the others stands nothing. A sheet of some pages alone stands in its own place.

    Args:
        site: The folder of the site.
        pages: All pages.
        names: All that stands on them, or will.

    Raises:
        Fault: A sheet cannot be read.
    """
    linked = [[file_of(link, site) for link in SHEET.findall(page)] for page in pages]
    shared = [sheet for sheet in linked[0] if all(sheet in some for some in linked)]
    styles = dict.fromkeys((sheet.name for sheet in shared), "")
    if shared:
        styles[shared[0].name] = style_of(shared, names)
    for sheet in {sheet for some in linked for sheet in some} - set(shared):
        styles[sheet.name] = style_of([sheet], names)
    return styles


def kept_files(site: Path) -> list[list[str]]:
    """Return the address below the site and the digest of each file that readers keep.

    The digest is that of subresource integrity (https://www.w3.org/TR/SRI/), as `fetch` takes it.
    """
    files = []
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and not NOT_KEPT.fullmatch(path):
            digest = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
            address = re.sub(r"(^|/)index\.html$", r"\1", path)
            files.append([address, f"sha256-{digest}"])
    return files


def told(worker: Path, text: str, files: list[list[str]]) -> str:
    """Return the worker's text with the list of what readers keep, smaller.

    Args:
        worker: What it is called in a message.
        text: What it says.
        files: As `kept_files` returns them.

    Raises:
        Fault: It has no place for the list, or no browser could read it.
    """
    start, found, rest = text.partition(NO_FILES)
    if not found:
        raise Fault(f"{worker} has no line '{NO_FILES}', where the list of files belongs")
    listed = f"{start}const FILES = {json.dumps(files)};{rest}"
    return smaller("application/javascript", listed, worker)


def rename_search_index(site: Path) -> None:
    """Give the search index of Zensical the name and keys of MkDocs's, which docs/js/find.js reads.

    Args:
        site: The folder of the site. Built by MkDocs, it stays as it is.
    """
    if (index := site / "search.json").is_file():
        docs = [
            {key: item[key] for key in ("location", "title", "text")}
            for item in json.loads(index.read_text("utf-8"))["items"]
        ]
        site.joinpath("search").mkdir()
        site.joinpath("search/search_index.json").write_text(json.dumps({"docs": docs}), "utf-8")
        index.unlink()


def finish(site: Path, budgets: dict[str, Any]) -> None:
    """Finish a built site in its place.

    Args:
        site: The folder of the site.
        budgets: As for `too_heavy`.

    Raises:
        OSError: A file cannot be read or written.
        Fault: Something is not what it should be, or too heavy.
    """
    pages = {file: read(file) for file in sorted(site.rglob("*.html"))}
    if any('http-equiv="Content-Security-Policy"' in page for page in pages.values()):
        raise Fault(f"{site} is finished already: build it anew")
    rename_search_index(site)
    files = sorted(site.glob("js/*.js"))
    scripts = {file.name: smaller("application/javascript", read(file), file) for file in files}
    folder = folder_of(scripts)
    asked = [SCRIPT.findall(page) for page in pages.values()]
    in_pages = {name for page in asked for is_module, _, name in page if not is_module}

    styles = styles_of(site, list(pages.values()), used_names(pages.values(), scripts.values()))
    done = {
        file.relative_to(site).as_posix(): finished(page, file, styles, scripts, folder)
        for file, page in pages.items()
    }
    if minify is None:
        print("finish_site: no minifier for this system, so no budget is checked", file=sys.stderr)
    elif faults := too_heavy(done, budgets):
        raise Fault("\nfinish_site: ".join(faults))

    worker = site / "sw.js"
    # Without a manifest the owner wants no copies (`offline` in mkdocs.yml): the worker keeps its
    # empty list, and takes back what there is.
    offline = 'rel="manifest"' in done["index.html"]
    said = read(worker) if offline or worker.is_file() else ""
    if said:
        told(worker, said, [])  # if it has a fault, nothing is written

    for path, page in done.items():
        site.joinpath(path).write_text(page, "utf-8")
    for file in files:
        file.unlink()
    site.joinpath(folder).mkdir(parents=True)
    for name in scripts.keys() - in_pages:
        site.joinpath(folder, name).write_text(scripts[name], "utf-8")
    # Whatever of style and theme the pages need is in them now.
    for source in ("assets", "css"):
        shutil.rmtree(site / source, ignore_errors=True)
    if said:
        worker.write_text(told(worker, said, kept_files(site) if offline else []), "utf-8")


def main(arguments: list[str]) -> int:
    """Finish the site in the folder that is given, and return the exit status."""
    if len(arguments) != 1 or not (site := Path(arguments[0])).joinpath("index.html").is_file():
        given = " ".join(arguments) or "nothing"
        print(
            f"finish_site: '{given}' is no built site: give its folder, the one with index.html",
            file=sys.stderr,
        )
        return 2
    try:
        finish(site, budgets_in(SETTINGS))
    except (OSError, Fault) as error:
        print(f"finish_site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
