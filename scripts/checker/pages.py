"""Reads the files of a built site: what each links to, and what can be linked to in it.

The parsers are known here only. HTML: turbohtml, because its time grows with the length of a page;
selectolax, as fast on real pages, takes minutes for 200,000 nested elements.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple

import turbohtml


class Link(NamedTuple):
    """An address as the file writes it."""

    url: str
    place: str  # the element and attribute that hold it, `img src`
    line: int = 0  # of the built file, where that was asked for


class Fault(NamedTuple):
    """Something wrong that one file shows by itself."""

    url: str
    why: str
    kind: str
    line: int = 0


class Section(NamedTuple):
    """A heading, and what follows it up to the next one."""

    id: str
    text: str
    answer: int  # characters of text


@dataclass(slots=True)
class Document:
    """What the rules need to know of one file."""

    links: list[Link] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)  # of `<a>`: so many that they are bare
    ids: list[str] = field(default_factory=list)  # of the rendered tree; doubles stand twice
    anchors: set[str] = field(default_factory=set)  # `<a name>`: leads there, but is no id
    base: str = ""
    faults: list[Fault] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # what a script says that may be a file's name

    def canonical(self) -> str:
        """Return the address that the page gives as its own, or nothing."""
        return next((link.url for link in self.links if link.place == "link canonical"), "")


MEDIA = "audio embed frame iframe img input script source track video"
PLACES = {
    name: frozenset(tags.split())
    for name, tags in {
        "href": "link",
        "src": MEDIA,
        "poster": "video",
        "data": "object",
        "action": "form",
        "formaction": "button input",
        "cite": "blockquote del ins q",
        "longdesc": "frame iframe img",
        "background": "body table tbody td tfoot th thead tr",
        "manifest": "html",
        "srcset": "img source",
        "imagesrcset": "link",
    }.items()
}
# Attributes of drawings that are written as in a style sheet.
MARKERS = ("marker-end", "marker-mid", "marker-start")
PAINT = ("clip-path", "cursor", "fill", "filter", "mask", "stroke", *MARKERS)
PAINTED = f"svg :is({','.join(f'[{name}*=url]' for name in PAINT)})"
TAGS = sorted({"base", "meta", "script", "style"}.union(*PLACES.values()))
SHARED = re.compile(
    r"(og|twitter):(url|image|video|audio|player)(:url|:src|:secure_url)?"
    r"|msapplication-(tileimage|config|\w+logo)",
    re.I,
)
# Seconds, a mark or a space, perhaps `url=`; anything else is no redirect.
REFRESH = re.compile(r"\s*[\d.]+(?:\s*[;,]|\s)\s*(?:url\s*=\s*)?(.*)", re.I | re.S)
SITEMAP = re.compile(
    r"<(?:[\w-]+:)?loc\s*>\s*(?:<!\[CDATA\[(.*?)]]>|([^<]*))|\shref\s*=\s*[\"']([^\"']*)", re.S
)
SRCSET_URL = re.compile(r"[\s,]*([^\s,]\S*)")
DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*\)?)*")
# Not fetched: a hint which host will be asked.
HINTS = {"preconnect", "dns-prefetch"}
NAMES = re.compile(r"[\w@%+~.-]+\.\w+")

# `[^a-z]` is no footnote, and `int[][]` and `a[0][1]` are no links.
MARKDOWN = re.compile(
    r"(?<!\[)(?<!\[\d)(?<!\[\d\d)\]\[[^][]*\]?"
    r"|\[\^(?!\w-\w\])[^]\s]*\]?|\{ #[^}]*\}?|--8<--\S*|:material-[\w-]*:?"
)
MARKS = (b"][", b"[^", b"{ #", b"--8", b":material-")
CODE = ":is(code,pre,kbd,samp,tt,script,style,textarea,math,.arithmatex)"

HEADINGS = "h1,h2,h3,h4,h5,h6"
# Where contents and navigation stand, in the markup of common themes too.
MENUS = ":is(nav,aside,.nav,.navbar,.toc,[role=navigation],[role=complementary]) a[href]"
NO_ANSWER = f":is({HEADINGS},script,style,nav,footer)"


def is_page(name: str) -> bool:
    """Tell whether a file is a page."""
    return name.lower().endswith((".html", ".htm", ".xhtml"))


def can_link(name: str) -> bool:
    """Tell whether files of this kind are read; others may be too large for it."""
    kinds = (".svg", ".css", ".js", ".mjs", ".webmanifest", ".json", ".xml")
    return is_page(name) or name.lower().endswith(kinds)


def is_manifest(name: str) -> bool:
    """Tell whether a file's name alone tells that it is a web manifest."""
    return name.endswith(".webmanifest") or name.rpartition("/")[2] == "manifest.json"


def read(name: str, data: bytes, *, lines: bool = False, manifest: bool = False) -> Document | None:
    """Read one file by the kind that its name tells.

    Args:
        name: The file's name, relative to the site's folder.
        data: Its bytes.
        lines: Whether links need the line of the built file.
        manifest: Whether a page links to it as its web manifest.

    Returns:
        What it holds, or nothing for a kind that cannot link.
    """
    last = name.rpartition("/")[2].lower()
    text = data.decode("utf-8-sig", errors="replace")
    if manifest or is_manifest(last) or last == "search_index.json":
        return read_json(last, text)
    if is_page(last) or last.endswith(".svg"):
        return read_html(data, lines)
    if last.endswith(".css"):
        return Document([Link(url, "url()", line) for url, line in sheet_urls(text)])
    if last.endswith((".js", ".mjs")):
        return Document(names=names_in(text))
    if last.startswith("sitemap") and last.endswith(".xml"):
        return Document(list(sitemap_links(text)))
    return None


def read_html(data: bytes, lines: bool = False) -> Document:
    """Read a page, or a drawing, as a browser without scripts does."""
    tree = parse(data, lines)
    tree.remove("template")  # is no part of what is shown
    page = Document(ids=[str(one) for one in tree.xpath_iter("//@id")])
    page.anchors = {one.attr("name") or "" for one in tree.select("a[name]")}
    page.hrefs = [str(one) for one in tree.xpath_iter("//a/@href|//area/@href")]
    maps = [f"#{one.attr('name')}" for one in tree.select("map")]

    def add(node: turbohtml.Element, place: str, urls: Iterable[str]) -> None:
        page.links += [Link(url, f"{node.tag} {place}", node.source_line or 0) for url in urls]

    for node in tree.select(":is(a,area)[href]") if lines else ():
        add(node, "href", [node.attr("href") or ""])
    for node in tree.iter_elements(TAGS):
        read_element(page, node, add)
    for node in tree.select("[style]"):
        add(node, "style", [url for url, _ in sheet_urls(node.attr("style") or "")])
    for node in tree.select(":is(svg,math) :is([href],[xlink\\:href]):not(a[href])"):
        add(node, "href", [node.attr("href") or node.attr("xlink:href") or ""])
    for node in tree.select(PAINTED):
        values = [node.attr(name) or "" for name in PAINT]
        add(node, "paint", [url for one in values for url, _ in sheet_urls(one)])
    for node in tree.select("[ping]"):
        add(node, "ping", (node.attr("ping") or "").split())
    for node in tree.select("[usemap]"):
        if (url := node.attr("usemap")) not in maps:
            why, line = "no such map on this page", node.source_line or 0
            page.faults.append(Fault(url or "", why, "fragment", line))
    # The first byte alone is soon looked for, and rare.
    if any(mark[:1] in data and mark in data for mark in MARKS):
        page.faults += leftovers(tree)
    return page


def parse(data: bytes, lines: bool = False) -> turbohtml.Document:
    """Parse HTML, as a host sends it that says UTF-8."""
    return turbohtml.parse(data, encoding="utf-8", positions=lines)


def read_element(
    page: Document,
    node: turbohtml.Element,
    add: Callable[[turbohtml.Element, str, Iterable[str]], None],
) -> None:
    """Add what one element of `TAGS` holds."""
    tag = node.tag
    held = {
        name: value if isinstance(value, str) else " ".join(value or ())
        for name, value in node.attrs.items()
    }
    if tag == "meta":
        add(node, *meta_urls(held))
    elif tag == "base":
        page.base = page.base or held.get("href", "")
    elif tag == "style":
        add(node, "sheet", [url for url, _ in sheet_urls(node.text)])
    elif tag == "script" and "ld+json" in held.get("type", "").lower():
        try:
            add(node, "json-ld", addresses(parse_json(node.text)))
        except ValueError as error:
            why, line = f"this JSON-LD does not parse: {error}", node.source_line or 0
            page.faults.append(Fault("<script>", why, "json", line))
    elif tag == "script" and "src" not in held:
        page.names |= names_in(node.text)
    elif tag == "iframe" and "srcdoc" in held:
        inner = read_html(held["srcdoc"].encode())
        urls = [*inner.hrefs, *(link.url for link in inner.links)]
        add(node, "srcdoc", [url for url in urls if url[:1] != "#"])  # it has ids of its own
    for name, value in held.items():
        text_field = tag == "input" and name == "src" and held.get("type", "").lower() != "image"
        if tag in PLACES.get(name, ()) and not text_field:
            rel = held.get("rel", "").lower() if tag == "link" else ""
            rels = set(re.split("[ \t\n\f\r]+", rel.strip(" \t\n\f\r")))
            told = "hint" if rels <= HINTS else name
            place = next((one for one in ("canonical", "manifest") if one in rels), told)
            add(node, place, srcset_urls(value) if name.endswith("srcset") else [value])


def meta_urls(held: dict[str, str]) -> tuple[str, list[str]]:
    """Return what a `<meta>` leads to, and in which place."""
    content, kind = held.get("content", ""), held.get("property") or held.get("name") or ""
    if SHARED.fullmatch(kind):
        return kind.lower(), [content]
    if held.get("http-equiv", "").lower() != "refresh":
        return "refresh", []
    found = REFRESH.match(content)
    goal = found[1] if found else ""
    goal = goal[1:].partition(goal[0])[0] if goal[:1] in ("'", '"') else goal
    return "refresh", [goal] if goal.strip() else []


def sitemap_links(text: str) -> Iterator[Link]:
    """Yield the addresses of a sitemap, or of an index of sitemaps."""
    line, at = 1, 0
    for match in SITEMAP.finditer(re.sub("<!--.*?-->", "", text, flags=re.S)):
        line, at = line + text.count("\n", at, match.start()), match.start()
        cdata, loc, href = match.groups()
        url = cdata if cdata is not None else unescape(href if loc is None else loc)
        yield Link(url, "sitemap loc", line)


def srcset_urls(value: str) -> Iterator[str]:
    """Yield the addresses of `a.png, b,c.png 2x`; a comma inside an address is part of it."""
    start = 0
    while match := SRCSET_URL.match(value, start):
        yield match[1].rstrip(",")
        start = match.end()
        if not match[1].endswith(",") and (descriptors := DESCRIPTORS.match(value, start)):
            start = descriptors.end()


@lru_cache(maxsize=64)
def names_in(script: str) -> set[str]:
    """Return what stands in a script that may be the name of a file."""
    return set(NAMES.findall(script))


@lru_cache(maxsize=64)
def sheet_urls(css: str) -> list[tuple[str, int]]:
    """Return each address of a style sheet with its line, as CSS Syntax tells them apart."""
    if not re.search(r"url|@import|image-set|src|\\", css, re.I):
        return []
    import tinycss2  # here, because many sites need it for no page

    found, todo = [], [tinycss2.parse_component_value_list(css)]
    while todo:
        nodes = [node for node in todo.pop() if node.type not in ("whitespace", "comment")]
        for before, node in zip([None, *nodes], nodes, strict=False):
            rule = before.lower_value if before and before.type == "at-keyword" else ""
            function = node.lower_name if node.type == "function" else ""
            strings = [one.value for one in getattr(node, "arguments", ()) if one.type == "string"]
            if (node.type, rule) == ("string", "import") or (
                node.type == "url" and rule != "namespace"
            ):
                found.append((node.value, node.source_line))
            elif function in ("url", "src") or function.endswith("image-set"):
                found += [(url, node.source_line) for url in strings]
            todo.append(getattr(node, "arguments", None) or getattr(node, "content", None) or [])
    return found


def read_json(name: str, text: str) -> Document:
    """Read a web manifest, or the index of the search."""
    try:
        found = parse_json(text)
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        return Document(faults=[Fault("", f"this is no JSON: {error}", "json", line)])
    if name == "search_index.json":
        docs = found.get("docs") if isinstance(found, dict) else None
        listed = docs if isinstance(docs, list) else []
        places = [one.get("location") for one in listed if isinstance(one, dict)]
        links = [Link(one, "search location") for one in places if isinstance(one, str)]
        return Document(links, base="../")  # its locations are relative to the site
    keys = ("src", "url", "start_url", "scope")
    urls = [value for key, value in strings_of(found) if key in keys]
    return Document([Link(url, "manifest") for url in urls])


def parse_json(text: str) -> Any:
    """Parse JSON with numbers of any length; raise ValueError where it cannot be."""
    try:
        return json.loads(text, parse_int=float)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def strings_of(found: Any) -> Iterator[tuple[str, str]]:
    """Yield each string of parsed JSON with the name that it has."""
    todo = [("", found)]
    while todo:
        key, value = todo.pop()
        if isinstance(value, dict):
            todo += value.items()
        elif isinstance(value, list):
            todo += [(key, one) for one in value]
        elif isinstance(value, str):
            yield key, value


def addresses(found: Any) -> Iterator[str]:
    """Yield the addresses in JSON-LD; `{` makes one a pattern."""
    always = ("contentUrl", "image", "logo", "thumbnailUrl", "url")
    for key, value in strings_of(found):
        if (key in always or re.match("https?://", value)) and not re.search(r"[{\s]", value):
            yield value


def leftovers(tree: turbohtml.Document) -> Iterator[Fault]:
    """Yield Markdown that stands in the text of a page as it was typed."""
    for node in tree.descendants:
        if isinstance(node, turbohtml.Text) and (found := MARKDOWN.findall(node.data)):
            parent = node.parent
            if isinstance(parent, turbohtml.Element) and not parent.closest(CODE):
                for one in dict.fromkeys(found):
                    yield Fault(one, "this Markdown was not rendered", "markdown")


def read_sections(data: bytes) -> list[Section]:
    """Return a page's headings with the length of the text below each."""
    tree = parse(data).remove("template")
    found: list[Section] = []
    for node in (tree.select_one("main") or tree).descendants:
        if isinstance(node, turbohtml.Element) and node.matches(f":is({HEADINGS})"):
            text = " ".join(node.text.split()).strip("¶#🔗 ")
            found.append(Section(node.attr("id") or "", text, 0))
        elif isinstance(node, turbohtml.Text) and found:
            parent = node.parent
            if isinstance(parent, turbohtml.Element) and not parent.closest(NO_ANSWER):
                size = found[-1].answer + len(" ".join(node.data.split()))
                found[-1] = found[-1]._replace(answer=size)
    return found


def read_menus(data: bytes) -> tuple[list[str], list[str]]:
    """Return where the links of a page's menus lead: within the page, and elsewhere."""
    found = [one.attr("href") or "" for one in parse(data).select(MENUS)]
    return [url for url in found if url[:1] == "#"], [url for url in found if url[:1] != "#"]
