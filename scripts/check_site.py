"""Check a built website as GitHub Pages would serve it, and report in one line each:
  - links to files and fragments that do not exist, in pages, drawings, style sheets, manifests,
    import maps, sitemaps, feeds and robots.txt; malformed, empty or outside addresses
  - syntax errors; Markdown shown as text; a site built for another address than it is published at
  - FAQ sections that are missing, repeated, out of order, reworded, unanswered or linked nowhere
A line (in GitHub Actions, an annotation) names the Markdown file if a search finds the place.
"""

import argparse
import gc
import json
import os
import posixpath
import re
import sys
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import can_ada
import turbohtml

SETTINGS = """\
settings, all optional, in [tool.check_site] of the pyproject.toml of the current folder:
  faq_page = "faq/index.html"      the built page with the FAQ
  faq.ID = "Question?"             its sections in order
  fragments."map/index.html" = "zoom=[0-9]+"       what a script of that page reads
exit status: 0 no faults (warnings are allowed unless --strict), 1 faults, 2 usage error"""

UNKNOWN = "https://site.invalid/"  # stands for the address of a site that names none
SHORTEST_ANSWER = 40  # characters; less is a heading whose answer was forgotten
BUILT_FOR = "the site was built for this address, but is published at"
RAW, RAW_LINK = "this Markdown shows as text", "this Markdown link shows as text"
PAGES = (".html", ".htm", ".xhtml")
READ = (*PAGES, ".svg", ".css", ".json", ".webmanifest", ".xml", "robots.txt")
XML_LISTS = re.compile(rb"<(\w+:)?(urlset|sitemapindex|rss|feed|RDF)\b")
SHARED = re.compile(r"(og|twitter):(url|image|video|audio|player)(:url|:src|:secure_url)?", re.I)
MUST = {"video": "poster", "object": "data", "link": "href"}  # what may not be empty
MUST |= dict.fromkeys(("img", "script", "iframe", "source"), "src")
CONTACT = re.compile(r"(?is)mailto:(([^@,?%]+@[^@,?%]+,?)+(\?.*)?|\?.+)|(tel|sms):\s*[^\s?].*")
FULL = re.compile("/|[a-zA-Z]+://")
ITSELF = ("canonical", "og:url", "own url", "loc")  # where a site names its own address
RELEVANT = f"[id],a[name],base,meta,{','.join(MUST)}"  # found in one walk: walks cost most
SRCSET = re.compile(r"([^\s,]\S*(?<!,))(?:,|(?:[^,(]|\([^)]*\)?)*)")
UNUSED = "base,input:not([type=image i])[src],[rel~=preconnect i],[rel~=dns-prefetch i]"
HEADINGS = ":is(h1,h2,h3,h4,h5,h6)"

# Markdown that shows as text: footnotes, attribute lists, snippets, icons, blocks; and links and
# references. `[0-9][a-f]`, `data[i][j]`, `find(obj[, name])` and `[OPTION]...` are none.
LEFTOVERS = re.compile(r"(?m)\[\^\d+\]|\{:[^{}]*\}|\{ +[#.][a-z][^{}]*\}|--8<--|:material-[\w-]+:|^\s*/{3,}(?: .*)?$")
REFS = re.compile(r"(?<![\w\])])\[[A-Za-z][^][|]+\](\[\]|\[[A-Za-z][^][|]+\]|\([^\s)]*|\[)(?!\w)")
MARKS = ("[^", "{:", "{ ", "--8", ":material-", "///", "][", "](")
CODE = "code,pre,kbd,samp,script,style,math"
# What a search of a Markdown file passes over: front matter, code, comments.
HIDDEN = re.compile(r"(?ms)\A---\n.*?\n---$|^ *(`{3,}|~{3,}).*?(?:^ *\1|\Z)|<!--.*?-->|(?<!`)(`+)(?!`)[^\n]*?\2")


class Link(NamedTuple):
    """An address as a file writes it."""

    url: str
    tag: str = "a"  # the element, or the kind of file
    place: str = "href"  # the attribute, or what kind of address it is


class Goal(NamedTuple):
    """Where an address leads, and what is wrong with that."""

    file: str = ""  # relative to the site; none: to another host, or nowhere
    why: str = ""
    path: str = ""  # as asked for, relative to the site: the same from every page
    level: str = "error"


class Problem(NamedTuple):
    """A fault of a file; before it is reported, of a built one."""

    file: str
    line: int
    url: str
    why: str
    level: str = "error"
    goal: str = ""  # where the address leads: path and fragment


@dataclass
class Document:
    """What a file links to, and what can be linked to in it."""

    links: list[Link] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)  # of `<a>`: so many that they are bare
    ids: Counter[str] | None = None  # of a page or a drawing
    base: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)  # what is wrong, and why


def read(name: str, data: bytes) -> Document:
    """Read a file by the kind that its name says; raise an error where its syntax is wrong."""
    last = posixpath.basename(name).lower()
    if last.endswith((*PAGES, ".svg")) and not last.endswith(".xhtml"):
        return read_tree(parse(data))
    if last.endswith(".css"):
        return Document(list(tree_links(parse(b"<style>%b</style>" % data))))
    text, links = data.decode("utf-8-sig", "replace"), []
    if last.endswith(".xhtml"):
        return read_tree(turbohtml.parse_xml(text))
    if last == "robots.txt":
        urls = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", text)
        links = [Link(url, "robots.txt", "loc") for url in urls]
    elif last.endswith((".webmanifest", "manifest.json")):
        keys = ("src", "url", "start_url", "scope")
        links = [Link(url, "manifest", "url") for key, url in strings_of(text) if key in keys]
    elif last.endswith(".xml") and (last.startswith("sitemap") or XML_LISTS.search(data[:4000])):
        links = list(xml_links(turbohtml.parse_xml(text)))
    return Document(links)


def parse(data: bytes) -> turbohtml.Document:
    """Parse HTML as a browser does when the host says that it is UTF-8."""
    options = {"positions": False, "allow_declarative_shadow_roots": False}
    return turbohtml.parse(data, encoding="utf-8", **options)


def read_tree(tree: turbohtml.Document) -> Document:
    """Read a page or a drawing as a browser without scripts shows it."""
    tree.remove("template:not([shadowrootmode])")
    page = Document(hrefs=list(map(str, tree.xpath_iter("//a/@href"))))
    ids, names = [], set()
    for node in tree.select(RELEVANT):
        tag = node.tag
        if (one_id := node.attr("id")) is not None:
            ids.append(one_id)
        if tag == "a":
            names.add(node.attr("name") or one_id or "")
        elif (used := node.attr("usemap")) and not tree.xpath("//map[@name=$x]", x=used[1:]):
            page.faults.append((used, "no such map on this page"))
        elif inner := node.attr("srcdoc"):
            held = read_tree(parse(inner.encode()))  # its fragments are its own
            page.links += [x for x in [*held.links, *map(Link, held.hrefs)] if x.url[:1] != "#"]
        elif tag == "base":
            page.base = page.base or (node.attr("href") or "").strip()
        elif tag == "script" and re.search("ld.json|importmap", node.attr("type") or "", re.I):
            read_json(page, node)
        elif tag == "meta":
            kind = (node.attr("property") or node.attr("name") or "").lower()
            if SHARED.fullmatch(kind):
                page.links.append(Link(node.attr("content") or "", "meta", kind))
        elif node.attr(MUST.get(tag, "")) == "":
            page.links.append(Link("", tag, MUST[tag]))
    page.links += [Link(str(url), "html", "manifest") for url in tree.xpath_iter("/html/@manifest")]
    page.ids = Counter([*ids, *names.difference(ids)])
    tree.strip_tags("a:not([ping],svg a)")  # `links` would find them again
    page.links += tree_links(tree)
    text = tree.remove(CODE).text
    if any(mark in text for mark in MARKS):
        for one in tree.strings:
            page.faults += [(found.strip(), RAW) for found in LEFTOVERS.findall(one)]
            page.faults += [(found[0], RAW_LINK) for found in REFS.finditer(one)]
    return page


def read_json(page: Document, node: turbohtml.Element) -> None:
    """Add the addresses in a script that is JSON-LD or an import map."""
    keys = ("contentUrl", "image", "logo", "thumbnailUrl", "url")
    try:
        found = list(strings_of(node.text))
    except (ValueError, RecursionError) as error:
        page.faults.append(("<script>", f"syntax error in its JSON: {error}"))
        return
    own = next((url for key, url in found if key == "url"), "")
    start = re.compile(r"(https?:/|\.{0,2})/\S")
    urls = [u for k, u in found if (k in keys or start.match(u)) and not re.search(r"[{\s]", u)]
    page.links += [Link(u, "script", "own url" if u == own else "data") for u in urls]


def tree_links(tree: turbohtml.Document) -> Iterator[Link]:
    """Yield the addresses in elements other than `<a>`, and in their styles."""
    for node, attribute, url in tree.links():
        tag, place = node.tag, attribute or "style"
        if place in ("srcset", "imagesrcset"):
            yield from (Link(one, tag, place) for one in SRCSET.findall(node.attr(place) or ""))
        elif not node.matches(UNUSED) and (tag == "object" or place != "data"):
            yield Link(url, tag, "canonical" if node.matches("[rel~=canonical i]") else place)
    for value in tree.xpath_iter("//svg//@*[starts-with(., 'url(')]"):
        yield Link(re.sub(r"^url\(\s*[\"']?|[\"']?\s*\).*$", "", str(value)), "svg", "style")


def strings_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each string of JSON with its key, outer ones first."""
    pairs: list[tuple[str, Any]] = []
    json.loads(text, parse_int=float, object_pairs_hook=pairs.extend)
    for key, value in reversed(pairs):
        values = value if isinstance(value, list) else [value]
        yield from ((key, one) for one in values if isinstance(one, str))


def xml_links(tree: turbohtml.Document) -> Iterator[Link]:
    """Yield the addresses of a sitemap, an index of sitemaps, or a feed."""
    for node in tree.iter_elements():
        tag = node.tag.rpartition(":")[2]
        if tag in ("loc", "link", "enclosure", "content"):
            text = node.text if tag in ("loc", "link") else ""
            urls = [node.attr("href"), node.attr("url"), node.attr("src"), text]
            yield from (Link(url.strip(), tag, tag) for url in urls if url and url.strip())


def read_sections(data: bytes) -> list[tuple[str, str, int]]:
    """Return a page's headings (id, text, characters up to the next one); one may be in the summary of a fold."""
    tree, found = parse(data), []
    for node in (tree.select_one("main") or tree).select(HEADINGS):
        text, size, outer = " ".join(node.text.split()).strip("¶#🔗 "), 0, node.parent
        start = outer if isinstance(outer, turbohtml.Element) and outer.tag == "summary" else node
        for one in start.next_siblings:
            if isinstance(one, turbohtml.Element) and one.matches(HEADINGS):
                break
            size += len(" ".join(one.text.split()))
        found.append((node.attr("id") or "", text, size))
    return found


@dataclass
class Site:
    """A built site, and what was found in it; names are relative to its folder."""

    folder: Path
    files: set[str]
    address: str  # where it is published; ends with a slash
    documents: dict[str, Document]
    problems: list[Problem]
    patterns: dict[str, str]  # of fragments that a script reads
    goals: dict[tuple[str, ...], Goal] = field(default_factory=dict)  # of paths met before
    sound: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        """Prepare look-ups."""
        self.home = can_ada.parse(self.address)
        self.host, self.root = self.home.host, self.home.pathname
        self.pages = [name for name in self.files if name.lower().endswith(PAGES)]
        homes = {one[:-10]: one for one in self.files if f"/{one}".endswith("/index.html")}
        self.served = {name: name for name in self.files} | homes

    def resolve(self, base: can_ada.URL, link: Link) -> Goal:
        """Follow an address as a browser does, and then as GitHub Pages serves it."""
        url = link.url.strip("\0\t\n\f\r ")
        if not url and (link.tag == "meta" or link.place == MUST.get(link.tag)):
            return Goal(why="the address is empty")
        try:
            goal = base + url
        except (ValueError, TypeError):
            return Goal(why="this URL is malformed")
        root, path, scheme = self.root, goal.pathname, goal.protocol
        if scheme in ("mailto:", "tel:", "sms:"):
            return Goal(why="" if CONTACT.fullmatch(unquote(goal.href)) else "names no address")
        if scheme not in ("http:", "https:"):
            return Goal(why="leads to a file on one computer" if scheme == "file:" else "")
        if goal.host != self.host:
            if goal.port == "0" or re.search(r"^\.|\.\.|[^.]{64}", goal.hostname):
                return Goal(why="no host can have this name or port")
            if self.address == UNKNOWN or link.place not in ITSELF:
                return Goal()
            why = f"another host than the site's, {self.host}"
            return Goal("", why, goal.host, "error" if link.tag == "loc" else "warning")
        if "%" in path and re.search("%2f|%00", path, re.I):
            return Goal(why="no file can have %2F or %00 in its name")
        if not f"{path}/".startswith(root):
            whole = re.match(r"(https?:)?[\\/]{2}", url, re.I) and link.tag != "loc"
            why = f"leads out of the site, which is published under {root}"
            return Goal("", why, path, "warning" if whole else "error")
        name = unquote(path[len(root) :], errors="surrogateescape")
        slashless = [] if not name or name.endswith("/") else [f"{name}.html", f"{name}/"]
        if files := [self.served[one] for one in (name, *slashless) if one in self.served]:
            why = ""
            if files[0] == f"{name}/index.html" or f"{path}/" == root:
                why = "lacks the final slash, so that each visit is redirected"
            return Goal(files[0], why, name, "warning")
        page = name.endswith(PAGES) or "." not in posixpath.basename(name)
        return Goal("", f"no such {'page' if page else 'file'}", name)


def list_files(site: Path) -> set[str]:
    """Return a site's files; symbolic links are followed, but not in a circle."""
    root, files = os.path.realpath(site), set()
    for folder, folders, names in os.walk(root, followlinks=True):
        for one in [one for one in folders if Path(folder, one).is_symlink()]:
            real, goal = os.path.realpath(folder), os.path.realpath(f"{folder}/{one}")
            if real != folder or f"{real}/".startswith(f"{goal}/"):  # perhaps a circle
                folders.remove(one)
        folders[:] = {*folders} - {".git"}
        inside = f"{folder}/"[len(root) + 1 :]
        files |= {f"{inside}{one}" for one in names if Path(folder, one).is_file()}
    return files


def address_of(url: str) -> str:
    """Return the address of the folder that a page's address lies in; nothing if it is wrong."""
    found = can_ada.parse(url if can_ada.can_parse(url) else "none:")
    if found.protocol not in ("http:", "https:") or re.search("%2f|%00|[?#]", found.href, re.I):
        return ""
    path = re.sub(r"/[^/]*\.html?$|/$", "", found.pathname)
    return f"{found.protocol}//{found.host}{path}/"


def open_site(folder: Path, site_url: str | None, patterns: dict[str, str]) -> Site:
    """Read a site; find its address: given, of its CNAME file, or of its home page."""
    documents, problems, given = {}, [], address_of(site_url or "")
    if site_url is not None and not given:
        raise ValueError(f"{site_url!r} is no address of a site, such as https://me.example/docs/")
    files = list_files(folder)
    if not any(name.lower().endswith(PAGES) for name in files):
        raise ValueError(f"{folder} holds no HTML page; build the site first")
    if not given and "CNAME" in files:
        given = address_of(f"https://{(folder / 'CNAME').read_text('utf-8', 'replace').strip()}/")
    for name in sorted(one for one in files if one.lower().endswith(READ)):
        try:
            documents[name] = read(name, (folder / name).read_bytes())
        except (OSError, ValueError, RecursionError, turbohtml.HTMLParseError) as error:
            what = "cannot be read" if isinstance(error, OSError) else "syntax error"
            problems.append(Problem(name, 0, "", f"{what}: {error}"))
    home = documents.get("index.html", Document()).links
    built = next((address_of(link.url) for link in home if link.place == "canonical"), "")
    if given and built and given != built:
        why = f"{BUILT_FOR} {given}; set SITE_URL to that and rebuild"
        problems.append(Problem("index.html", 0, built, why))
    return Site(folder, files, given or built or UNKNOWN, documents, problems, patterns)


def follow(site: Site, name: str, document: Document) -> None:
    """Follow the links of one file, except those known to be sound from files beside it."""
    site.problems += [Problem(name, 0, url, why) for url, why in document.faults]
    own = site.home + quote(name, errors="surrogateescape")
    base = own + (document.base if can_ada.can_parse(document.base, own.href) else "")
    folder, _, _ = name.rpartition("/")
    # Where an address leads depends on nothing, on the folder above, or on this one.
    groups = ["/", f"{posixpath.dirname(folder)}/.." if folder else "..", folder, name]
    groups = [f"{name} "] * 4 if document.base else groups
    unknown = {*document.hrefs}.difference(*(site.sound[group] for group in groups))
    if (ids := document.ids) and not document.base:
        unknown = {one for one in unknown if one[:1] != "#" or ids.get(one[1:]) != 1}
    for link in [*map(Link, unknown), *{*document.links}]:
        url = link.url
        index = 0 if FULL.match(url) else 1 if url[:3] == "../" else 3 if url[:1] in "?#" else 2
        if wrong := faults_of(site, name, groups[index], base, link):
            site.problems += wrong
        elif link.tag == "a" and index < 3:
            site.sound[groups[index]].add(url)


def faults_of(site: Site, name: str, group: str, base: can_ada.URL, link: Link) -> list[Problem]:
    """Return what is wrong with an address; `group` says what it depends on."""
    url, found = link.url, []
    path, _, fragment = url.strip().replace("\n", "").partition("#")
    key = (group, path or url, link.tag, link.place)
    goal = site.goals.get(key) or site.goals.setdefault(key, site.resolve(base, link))
    fragment = fragment if link.tag != "script" else ""
    ids = site.documents.get(goal.file, Document()).ids
    if goal.why:
        shown = url if url.strip() else f"<{link.tag} {link.place}>"
        place = f"{goal.path}#{fragment}" if goal.path else ""
        found.append(Problem(name, 0, shown, goal.why, goal.level, place))
    if not fragment or ids is None or ids.get(fragment) == 1:
        return found
    raw = fragment.partition(":~:")[0]  # what follows is a text to search for
    decoded = unquote(raw)
    times = ids[raw] or ids[decoded]
    known = site.patterns.get(goal.file, r"svgView\(.*|(xywh|t)=.*")  # what drawings and films know
    if times > 1:
        why = f"this id is {times} times on the page, and a link leads to it"
        found.append(Problem(goal.file, 0, f"#{decoded}", why, "warning"))
    elif not times and not re.fullmatch(f"(?i:top)?|{known}", decoded):
        why = f"no such section on {'this' if goal.file == name else 'that'} page"
        found.append(Problem(name, 0, url, why, "error", f"{goal.file}#{raw}"))
    return found


def check_faq(site: Site, page: str, faq: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield which required FAQ section is wrong on its page, and why."""
    if page not in site.documents:
        yield "", "no such page, but pyproject.toml requires its FAQ sections"
        return
    found = read_sections((site.folder / page).read_bytes())
    sections = {one_id: (text, size) for one_id, text, size in reversed(found)}
    for one_id, question in faq.items():
        text, size = sections.get(one_id, (question, SHORTEST_ANSWER))
        if one_id not in sections:
            yield "", f"the required section #{one_id} is missing"
        elif sum(one_id == other for other, _, _ in found) > 1:
            yield f"#{one_id}", "this required section is repeated"
        if text != question:
            yield f"#{one_id}", f'the question should be "{question}", not "{text}"'
        if size < SHORTEST_ANSWER:
            yield f"#{one_id}", f"this required section has no answer ({size} characters of text)"
    order = list(dict.fromkeys(one_id for one_id, _, _ in found if one_id in faq))
    wanted = sorted(order, key=list(faq).index)
    for one, two in [pair for pair in zip(order, wanted, strict=True) if len({*pair}) > 1][:1]:
        yield f"#{one}", f"out of order: #{two} should stand here"
    for one_id, text, _ in found:
        if text.endswith("?") and one_id not in faq:
            yield f"#{one_id}", f'pyproject.toml does not list this question: "{text}"'
    home = site.documents.get("index.html", Document()).hrefs
    if all(site.resolve(site.home, Link(url)).file != page for url in home):
        yield "", "the home page does not link to this page"
    for name in {"search/search_index.json", "search.json"} & site.files:
        index = (site.folder / name).read_text("utf-8", "replace")
        for one_id in (one_id for one_id in faq if f'#{one_id}"' not in index):
            yield f"#{one_id}", "the search index does not list this required section"
    mapped = {goal.file for key, goal in site.goals.items() if key[2] == "loc"}
    if mapped and page not in mapped:
        yield "", "the sitemap does not list this page"


def source_of(sources: set[str], page: str) -> str:
    """Return which of the Markdown files a page was built from, or nothing."""
    stem = page.removesuffix("index.html").rstrip("/").removesuffix(".html")
    names = [f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md"] if stem else ["index.md"]
    return next((one for one in names if one in sources and page != "404.html"), "")


@lru_cache(maxsize=2)
def text_of(file: Path) -> tuple[str, list[int]]:
    """Return the text of a file, without what Markdown hides, and where its lines end."""
    text = file.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    if file.suffix == ".md":
        text = HIDDEN.sub(lambda found: "\n" * found[0].count("\n"), text)
    return text, list(accumulate(map(len, text.splitlines(keepends=True))))


def lines_with(file: Path, url: str) -> Iterator[int]:
    """Yield the numbers of the lines of a file that hold an address, an id, or Markdown."""
    text, ends = text_of(file)
    words = [url, escape(url)] + [f'id="{url[1:]}"', f"id={url[1:]}"] * url.startswith("#")
    for word in dict.fromkeys(words):
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            around = word[0] + text[at - 1 : at], word[-1] + text[end : end + 1]
            if not any(re.fullmatch(r"[\w/.][\w/-]", one) for one in around):  # not of a longer one
                yield bisect_right(ends, at) + 1
            at = text.find(word, end)


def in_markdown(docs: Path, sources: set[str], problem: Problem) -> list[Problem]:
    """Return a problem of a page as one of its Markdown, for each line where a search finds it."""
    source = source_of(sources, problem.file) if problem.file.endswith(PAGES) else ""
    words = [problem.url, unquote(problem.url)] if source and problem.url else []
    path, _, fragment = problem.goal.partition("#")
    if words and path and not path.startswith("/"):  # Markdown names the Markdown of a page
        goal = posixpath.relpath(source_of(sources, path) or path, posixpath.dirname(source) or ".")
        words.append(f"{goal}#{fragment}" if fragment else goal)
    found = [list(lines_with(docs / source, word)) for word in words]
    numbers = dict.fromkeys(next(filter(None, found), [0] if source and not problem.url else []))
    return [problem._replace(file=f"{docs / source}", line=n, goal="") for n in numbers]


def report(site: Site, docs: Path) -> list[Problem]:
    """Return what to print, sorted; what most pages, or one file, has over and over comes once."""
    found: set[Problem] = set()
    sources = {one.relative_to(docs).as_posix() for one in docs.rglob("*.md")}
    groups: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    search = len(site.problems) < 5_000  # for more it would take minutes
    for problem in sorted({*site.problems}):
        if search and (written := in_markdown(docs, sources, problem)):
            found.update(written)
        elif problem.why != RAW_LINK:  # a fault only where the source has it, too
            groups[problem.goal or problem.url, problem.why, problem.level].append(problem)
    for group in groups.values():
        if len(group) > max(2, len(site.pages) / 2):
            first = min(group, key=lambda one: (one.file != "index.html", one.file))
            count = f"{len(group)} times, on {len({one.file for one in group}.intersection(site.pages))}"
            why = f"{first.why} ({count} of {len(site.pages)} pages)"
            group[:] = [first._replace(why=why)]
    for one in sorted(one for group in groups.values() for one in group):  # file by file
        file = site.folder / one.file
        line = next(lines_with(file, one.url), 0) if search and one.url else 0
        found.add(one._replace(file=file.as_posix(), line=line, goal=""))
    return sorted(found, key=lambda one: (not one.why.startswith(BUILT_FOR), one))


def printed(problem: Problem) -> str:
    """Return the line for a problem; in GitHub Actions, the command for an annotation."""
    file, line, warning = problem.file, problem.line, problem.level == "warning"
    text = ": ".join(filter(None, [problem.url[:300], problem.why]))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        file = re.sub("[%:,]", lambda found: f"%{ord(found[0]):02X}", file)
        file += f",line={line}" if line else ""
        text = f"::{problem.level} file={file}::{text.replace('%', '%25')}"
    else:
        text = f"{file}{f':{line}' * bool(line)}: {'warning: ' * warning}{text}"
    return text if text.isprintable() else re.sub(r"[^ -~]", lambda c: ascii(c[0])[1:-1], text)


def read_settings() -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the settings `faq_page`, `faq` and `fragments`; raise ValueError if they are wrong."""
    try:
        file = Path("pyproject.toml")
        found: Any = tomllib.loads(file.read_text("utf-8") if file.exists() else "")
        table = dict(found.get("tool", {}).get("check_site", {}))
        page, faq, fragments = (table.pop(k, {}) for k in ("faq_page", "faq", "fragments"))
        texts = [page or "", *faq.values(), *map(str, map(re.compile, fragments.values()))]
    except (OSError, ValueError, RecursionError, AttributeError, TypeError, re.error) as error:
        raise ValueError(f"pyproject.toml: [tool.check_site]: {error}") from error
    if table or bool(page) != bool(faq) or not all(isinstance(one, str) for one in texts):
        raise ValueError("pyproject.toml: [tool.check_site]: see --help for its settings")
    return page or "", faq, fragments


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program on a command line, by default the real one; return the exit status."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    gc.disable()  # there are no reference cycles, and looking for them takes a third of the time
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, epilog=SETTINGS, formatter_class=layout)
    parser.add_argument("site", metavar="SITE_DIR", help="the folder of the built site")
    parser.add_argument("--site-url", metavar="URL", help="where the site is published")
    parser.add_argument("--docs", metavar="DIR", default="docs", help="where its Markdown lies")
    parser.add_argument("--strict", action="store_true", help="let warnings fail, too")
    asked = parser.parse_args(arguments)
    try:
        faq_page, faq, patterns = read_settings()
        site = open_site(Path(asked.site), asked.site_url, patterns)
    except (ValueError, OSError) as error:
        parser.exit(2, f"check_site.py: {error}\n")
    for name, document in site.documents.items():
        follow(site, name, document)
    wrong = check_faq(site, faq_page, faq) if faq_page else ()
    site.problems += [Problem(faq_page, 0, url, why) for url, why in wrong]
    problems = report(site, Path(asked.docs))
    for problem in problems:
        print(printed(problem))
    faults = sum(problem.level == "error" for problem in problems)
    where = "" if site.address == UNKNOWN else f" of {site.address}"
    result = f"{faults} faults, {len(problems) - faults} warnings"
    links = sum(len(one.links) + len(one.hrefs) for one in site.documents.values())
    print(f"{len(site.pages)} pages and {links} links{where}: {result}")
    return 1 if faults or (problems and asked.strict) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyboardInterrupt, OSError):  # or whoever reads the lines has closed the pipe
        os._exit(1)
