"""What is wrong with a built site: where each of its addresses leads, and what is not there."""

import os
import posixpath
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import can_ada

from checker.pages import (
    Document,
    Link,
    Section,
    can_link,
    is_manifest,
    is_page,
    read,
    read_menus,
    read_sections,
)

SHORTEST_ANSWER = 40  # characters: less is a heading whose answer was forgotten
# Files that hosts, crawlers and browsers ask for by themselves.
ASKED_FOR = re.compile(
    r"(.*/)?(\..*|CNAME|LICENSE.*|robots\.txt|humans\.txt|favicon\.ico|apple-touch-icon.*\.png"
    r"|sitemap.*\.xml(\.gz)?|search_index\.js(on)?|objects\.inv|versions\.json|.*\.map)"
    r"|\.well-known/.*"
)
# An address that is resolved by putting words together, as most are.
PLAIN = re.compile(
    r"(?:\./)?((?:\.\./)*)((?:(?!\.)[\w.~-]+/)*(?:(?!\.)[\w.~-]+)?)(?:#([\w.~-]*))?", re.ASCII
)
WAYS = ("a href", "area href", "iframe src", "frame src", "meta refresh")
MANY = 4_000_000  # bytes of files: from here on a second process saves more than it costs
MOST_GUESSES = 100_000  # names compared to find what was meant


class Problem(NamedTuple):
    """One thing that is wrong."""

    page: str  # the built file
    link: Link
    why: str
    kind: str
    goal: str = ""  # where it leads, relative to the site: the same on all pages
    level: str = "error"
    near: str = ""  # what may have been meant: `#id`, or a name relative to the site
    base: str = ""  # what the address is relative to: a path on the host


class Goal(NamedTuple):
    """Where an address leads: to a file, to another site, or nowhere."""

    file: str = ""  # relative to the site
    fragment: str = ""  # as a browser writes it, without #
    outside: str = ""  # the whole address, without a fragment
    why: str = ""  # it leads nowhere
    kind: str = ""
    path: str = ""  # as asked for, relative to the site; with a slash before it, to the host
    near: str = ""  # what may have been meant


@dataclass
class Site:
    """A built site; all names are relative to its folder, with forward slashes."""

    folder: str
    files: dict[str, int]  # with their sizes in bytes
    address: str  # where it is published, ends with a slash
    fragments: dict[str, re.Pattern[str]] = field(default_factory=dict)  # a script's, by page
    unreadable: list[str] = field(default_factory=list)  # folders
    exceptions: re.Pattern[str] = re.compile("(?!)")  # other sites that are meant so
    guesses: int = 0

    @cached_property
    def home(self) -> can_ada.URL:
        """The address, parsed."""
        return can_ada.parse(self.address)

    @cached_property
    def pages(self) -> set[str]:
        """Every page."""
        return set(filter(is_page, self.files))

    @cached_property
    def folders(self) -> set[str]:
        """Every folder that holds a file, with a slash at its end."""
        return {name[: end.end()] for name in self.files for end in re.finditer("/", name)}

    @cached_property
    def known(self) -> list[str]:
        """What links may be meant to say."""
        return sorted({re.sub(r"(^|/)index\.html$", r"\1", file) or "./" for file in self.files})

    @cached_property
    def direct(self) -> dict[str, str]:
        """Each address that needs no second look, with its file."""
        homes = {name[:-10]: name for name in self.files if f"/{name}".endswith("/index.html")}
        return {name: name for name in self.files} | homes

    def served(self, name: str) -> str:
        """Return the file that GitHub Pages answers with, or nothing."""
        slashless = [] if not name or name.endswith("/") else [f"{name}.html", f"{name}/"]
        found = (self.direct.get(choice) for choice in [name, *slashless])
        return next(filter(None, found), "")

    def resolve(self, base: can_ada.URL, link: Link) -> Goal:
        """Follow an address as a browser does, and then as GitHub Pages serves it.

        Args:
            base: What its address is relative to.
            link: The address as written.
        """
        url = link.url.strip("\0\t\n\f\r ")
        # Elsewhere an empty address is the page itself.
        if not url and re.search(r"(src|data|poster|^link \S+|^meta \S+| loc)$", link.place):
            return Goal(why="the address is empty", kind="empty")
        try:
            goal = base + url
        except (ValueError, TypeError):
            return Goal(why="this is not an address", kind="address")
        if goal.protocol in ("mailto:", "tel:", "sms:"):
            nobody = not unquote(goal.pathname).strip() + goal.search
            return Goal(why="leads to nobody", kind="empty") if nobody else Goal()
        if goal.protocol == "file:":
            return Goal(why="leads to a file of one computer", kind="outside")
        if goal.protocol not in ("http:", "https:") or link.place == "link hint":
            return Goal()
        whole, path, root = goal.href.partition("#")[0], goal.pathname, self.home.pathname
        if goal.host != self.home.host:
            names = goal.hostname.removesuffix(".").split(".")
            if goal.port == "0" or not all(0 < len(name) < 64 for name in names):
                return Goal(why="no host can have this name or port", kind="address")
            return Goal(outside=whole, fragment=goal.hash[1:])
        if re.search("%2f|%00", path, re.I):
            return Goal(why="no file can have %2F or %00 in its name", kind="address")
        if not f"{path}/".startswith(root):
            # A whole address in prose may mean another site of the same host.
            if link.place in ("a href", "script json-ld") and re.match(
                r"(https?:)?[\\/]{2}", url, re.I
            ):
                return Goal(outside=whole, fragment=goal.hash[1:])
            why = f"leaves the site, which is published under {root}"
            return Goal(why=why, kind="outside", path=path)
        if climbs(base.pathname, url):
            return Goal(why="climbs above the root of the site", kind="outside", path=path)
        name = unquote(path[len(root) :], errors="surrogateescape")
        fragment = "" if link.place == "script json-ld" else goal.hash[1:]
        if file := self.served(name):
            slashless = file == f"{name}/index.html" or f"{path}/" == root
            return Goal(file, fragment, path=name, kind="slash" * slashless)
        kind = "markdown" if name.endswith(".md") else "file"
        why, near = self.missing(name)
        return Goal("", fragment, why=why, path=name, kind=kind, near=near)

    def missing(self, name: str) -> tuple[str, str]:
        """Say what is not there, and what may have been meant."""
        if f"{name.rstrip('/')}/" in self.folders:
            return "this folder has no index.html", ""
        if name.endswith(".md"):
            built = re.sub(r"((^|/)(index|README))?\.md$", "/", name)
            # A page that was built from `a.md` stands one folder deeper: `a/index.html`.
            above = re.sub(r"[^/]+/([^/]*/)$", r"\1", built)
            near = self.meant(built, self.known) or self.meant(above, self.known)
            return "this link to a Markdown file was not rendered", near
        what = "page" if name.endswith(("/", ".html")) or "." not in name.split("/")[-1] else "file"
        return f"no such {what}", self.meant(name, self.known)

    def meant(self, name: str, known: Collection[str]) -> str:
        """Return the nearest name, or nothing."""
        self.guesses += len(known) + 20
        if self.guesses > MOST_GUESSES:
            return ""
        # Letter case first: it is what Windows and macOS hide from the writer.
        near = [one for one in known if one.rstrip("/").casefold() == name.rstrip("/").casefold()]
        # The longest part of two names may be one folder: what is last in them must be alike, too.
        for one in near or get_close_matches(name[:200], sorted(known), 3, 0.75):
            end, other = (
                re.sub(r"\..*", "", posixpath.basename(x.rstrip("/"))) for x in (one, name)
            )
            alike = SequenceMatcher(None, end.casefold(), other.casefold()).ratio()
            # One letter of three is a slip of the keyboard, four of twelve another word.
            if alike >= (0.6 if len(other) < 6 else 0.8):
                return one
        return ""


def climbs(base: str, url: str) -> bool:
    """Tell whether an address has more `..` than there are folders; browsers ignore it."""
    path = re.split("[?#]", url.lower())[0].replace("\\", "/").replace("%2e", ".")
    if ".." not in path:
        return False
    path = re.sub("^(https?:)?//+[^/]*", "/", path)
    depth = 0 if path.startswith("/") else base.count("/") - 1
    for part in path.lstrip("/").split("/"):
        depth += -1 if part == ".." else part != "."
        if depth < 0:
            return True
    return False


@dataclass
class Findings:
    """What reading some files of a site brought."""

    links: int = 0
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, Counter[str]] = field(default_factory=dict)  # and names of anchors, by file
    # What cannot be said before all is read: file and fragment, page and address.
    fragments: list[tuple[str, str, str, str]] = field(default_factory=list)
    outside: list[tuple[str, str, str, Link]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)  # pages that another page links to
    listed: set[str] = field(default_factory=set)  # in a sitemap
    names: set[str] = field(default_factory=set)  # that scripts say
    manifests: set[str] = field(default_factory=set)  # files that pages link to as theirs

    def add(self, other: "Findings") -> None:
        """Take in what another process found."""
        self.links += other.links
        self.problems += other.problems
        self.fragments += other.fragments
        self.outside += other.outside
        for name in ("ids", "used", "reached", "listed", "names", "manifests"):
            getattr(self, name).update(getattr(other, name))


def check_files(site: Site, names: Iterable[str], manifest: bool = False) -> Findings:
    """Read files and follow their links as far as each file alone shows where they lead."""
    found = Findings()
    plain: dict[str, tuple[int, str, str] | None] = {}
    for name in names:
        try:
            data = Path(site.folder, name).read_bytes()
            document = read(name, data, manifest=manifest)
        except (OSError, MemoryError) as error:
            why = f"cannot be read: {getattr(error, 'strerror', None) or 'too large'}"
            found.problems.append(Problem(name, Link("", ""), why, "unreadable"))
            continue
        if document:
            found.links += len(document.hrefs) + len(document.links)
            found.names |= document.names
            if any(link.place == "meta refresh" for link in document.links):
                found.reached.add(name)  # from where the page was before
            found.problems += [
                Problem(name, Link(f.url, "", f.line), f.why, f.kind) for f in document.faults
            ]
            ids = Counter(document.ids)
            ids.update(document.anchors.difference(document.ids))
            if is_page(name) or name.lower().endswith(".svg"):
                found.ids[name] = ids
            follow(site, found, name, document, plain)
    return found


def follow(
    site: Site,
    found: Findings,
    name: str,
    document: Document,
    plain: dict[str, tuple[int, str, str] | None],
) -> None:
    """Follow the links of one file; `plain` keeps what is known of addresses already met."""
    ids, direct = found.ids.get(name, Counter()), site.direct
    reached, fragments = found.reached, found.fragments
    # From the file's own folder up to the site's; a base leads elsewhere.
    folders = [name[: end.end()] for end in re.finditer("/", name)][::-1]
    folders = [] if document.base else [*folders, ""]
    slow = list(dict.fromkeys(document.links))
    for url in dict.fromkeys(document.hrefs):
        if url not in plain:
            match = PLAIN.fullmatch(url) if url and url[0] != "#" else None
            plain[url] = match and (len(match[1]) // 3, match[2], match[3] or "")
        parts = plain[url]
        if parts and parts[0] < len(folders):
            if file := direct.get(folders[parts[0]] + parts[1]):
                if file != name:
                    reached.add(file)
                if parts[2]:
                    fragments.append((file, parts[2], name, url))
                continue
        elif url[:1] == "#" and folders and ids.get(url[1:]) == 1:
            continue
        slow.append(Link(url, "a href"))
    base = base_of(site, found, name, document) if slow else site.home
    own = site.home + quote(name, errors="surrogateescape")
    for link in slow:
        # A base changes where `#x` leads for links, but not for drawings and style.
        inside = link.url[:1] == "#" and link.place not in ("a href", "search location")
        goal = site.resolve(own if inside else base, link)
        if goal.why:
            place = f"{goal.path}#{goal.fragment}" if goal.path else link.url
            told = Problem(name, link, goal.why, goal.kind, place, "error", goal.near)
            found.problems.append(told._replace(base=base.pathname))
        elif goal.outside and link.place != "script json-ld":
            found.outside.append((goal.outside, goal.fragment, name, link))
            found.problems += notes(site, name, link, goal)
        elif goal.file:
            found.used.add(goal.file)
            if link.place == "link manifest" and not is_manifest(goal.file):
                found.manifests.add(goal.file)
            if link.place == "sitemap loc":
                found.listed.add(goal.file)
            elif link.place in WAYS and goal.file != name:
                reached.add(goal.file)
            if goal.fragment:
                fragments.append((goal.file, goal.fragment, name, link.url))
            found.problems += notes(site, name, link, goal)


def base_of(site: Site, found: Findings, name: str, document: Document) -> can_ada.URL:
    """Return what the addresses of a file are relative to."""
    own = site.home + quote(name, errors="surrogateescape")
    try:
        base = own + document.base
        return own if base.protocol in ("data:", "javascript:") else base
    except ValueError:
        why = "this is not an address"
        found.problems.append(Problem(name, Link(document.base, "base href"), why, "address"))
        return own


def notes(site: Site, name: str, link: Link, goal: Goal) -> Iterator[Problem]:
    """Yield what works, but not as well as it could, or not as it may be meant."""
    if goal.outside:
        beside = goal.outside.partition("//")[2].startswith(f"{site.home.host}/")
        if beside and not site.exceptions.fullmatch(goal.outside):
            why = f"is beside the site, which is published under {site.home.pathname}"
            yield Problem(name, link, why, "beside", goal.outside, "warning")
        return
    if goal.kind == "slash":
        why = "each visit is sent on to the address with a slash at its end"
        yield Problem(name, link, why, "slash", goal.path, "warning")
    if link.url.strip().lower().startswith("http:") and site.home.protocol == "https:":
        why = "this http: address of the site should be https:"
        yield Problem(name, link, why, "http", goal.path, "warning")


def check(site: Site, faq_page: str, faq: dict[str, str]) -> Findings:
    """Check a whole site.

    Args:
        site: The site.
        faq_page: The file that must hold the sections of `faq`, if any.
        faq: Each required id with its question, in their order.
    """
    names = sorted(filter(can_link, site.files))
    size = sum(site.files[name] for name in site.pages)
    found = None if size < MANY or os.cpu_count() == 1 else check_in_two(site, names)
    found = found or check_files(site, names)
    found.add(check_files(site, sorted(found.manifests), manifest=True))
    for folder in site.unreadable:
        found.problems.append(Problem(folder, Link("", ""), "cannot be read", "unreadable"))
    for page in sorted(site.fragments.keys() - found.ids.keys()):
        why = "the settings tell fragments of this page, but it is not there"
        found.problems.append(Problem(page, Link("", ""), why, "setting", "", "warning"))
    found.problems += check_fragments(site, found)
    found.problems += unreached(site, found)
    if faq_page:
        kinds = ("id", "fragment")  # one too many or too few is told as the FAQ's
        doubles = {(faq_page, kind, f"#{one_id}") for kind in kinds for one_id in faq}
        found.problems = [p for p in found.problems if (p.page, p.kind, p.link.url) not in doubles]
        found.problems += check_faq(site, found, faq_page, faq)
    return found


def check_in_two(site: Site, names: Sequence[str]) -> Findings | None:
    """Do what `check_files` does in half the time; nothing where no other process can be had."""
    # Here, because most sites are done before it would be imported.
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
    from multiprocessing import get_context

    fork = get_context("fork" if sys.platform == "linux" else None)
    try:
        with ProcessPoolExecutor(1, fork) as other:
            half = other.submit(check_files, replace(site), names[1::2])
            found = check_files(site, names[::2])
            found.add(half.result())
            return found
    except (OSError, ImportError, BrokenExecutor):
        return None


def check_fragments(site: Site, found: Findings) -> Iterator[Problem]:
    """Yield fragments that no element has, and ids that several have."""
    for file, fragment, page, url in found.fragments:
        raw = fragment.partition(":~:")[0]  # what follows is for finding text
        ids, decoded = found.ids.get(file), unquote(raw)
        if ids is None or decoded.lower() in ("", "top"):
            continue
        times = ids[raw] or ids[decoded]
        known = site.fragments.get(file)
        if times > 1:
            why = f"this id stands {times} times on the page, and a link leads to it"
            yield Problem(file, Link(f"#{decoded}", "id"), why, "id")
        elif not times and not (known and known.fullmatch(decoded)):
            if file.lower().endswith(".svg") and re.match(r"svgView\(|xywh=|t=", raw):
                continue
            what = "id in {} drawing" if file.lower().endswith(".svg") else "section on {} page"
            why = f"no such {what.format('this' if file == page else 'that')}"
            near = site.meant(decoded, ids)
            goal = f"#{raw}" if file == page else f"{file}#{raw}"
            yield Problem(page, Link(url, "#"), why, "fragment", goal, near=near and f"#{near}")


def unreached(site: Site, found: Findings) -> Iterator[Problem]:
    """Yield pages that no other links to, and files that nothing uses."""
    unused: dict[str, list[str]] = {}
    for name in sorted(site.files.keys() - found.used - found.reached):
        if name in site.pages:
            if name not in ("index.html", "404.html"):
                why = "no other page links to this page"
                yield Problem(name, Link("", ""), why, "orphan", name, "warning")
        elif not ASKED_FOR.fullmatch(name) and name.rpartition("/")[2] not in found.names:
            unused.setdefault(name.rpartition("/")[0], []).append(name)
    for folder, names in unused.items():
        count = len(names)
        why = (
            "nothing uses this file" if count == 1 else f"nothing uses {count} files of this folder"
        )
        name = names[0] if count == 1 else folder or "."
        yield Problem(name, Link("", ""), why, "unused", name, "warning")


def check_faq(site: Site, found: Findings, page: str, faq: dict[str, str]) -> Iterator[Problem]:
    """Yield where a page is not the list of required questions with answers, in its order."""

    def fault(one_id: str, why: str, near: str = "") -> Problem:
        link = Link(f"#{one_id}", "id") if one_id else Link("", "")
        return Problem(page, link, why, "faq", near=near and f"#{near}")

    if page not in found.ids:
        yield fault("", "no such page, but the settings require its sections")
        return
    data = Path(site.folder, page).read_bytes()
    sections: dict[str, Section] = {}
    for one in read_sections(data):
        sections.setdefault(one.id, one)
    missing = {faq[one_id] for one_id in faq if not found.ids[page][one_id]}
    contents = {unquote(url[1:]) for url in read_menus(data)[0]}
    for one_id, question in faq.items():
        section = sections.get(one_id)
        if found.ids[page][one_id] > 1:
            yield fault(one_id, "this required section stands more than once")
        if not found.ids[page][one_id]:
            # An id that is itself required was not meant for this one.
            near = site.meant(one_id, sorted(sections.keys() - faq.keys()))
            yield fault(one_id, "this required section is missing", near)
        elif section is None:
            yield fault(one_id, "this required id is not on a heading")
        else:
            if section.text != question:
                yield fault(one_id, f'the question should be "{question}", not "{section.text}"')
            if section.answer < SHORTEST_ANSWER:
                size = f"{section.answer} characters of text"
                yield fault(one_id, f"this required section has no answer ({size})")
            if one_id not in contents:
                yield fault(one_id, "the page's contents do not link to this section")
    wanted = [one for one in faq if one in sections]
    order = [one for one in sections if one in faq]
    if moved := next(
        (pair for pair in zip(order, wanted, strict=True) if len(set(pair)) > 1), None
    ):
        yield fault(moved[0], f"out of the list's order: #{moved[1]} should stand here")
    for section in sections.values():
        if section.text.endswith("?") and section.id not in faq and section.text not in missing:
            why = f'the settings\' list does not know this question: "{section.text}"'
            yield fault(section.id, why)
    home = "index.html" if "index.html" in found.ids else page
    menu = read_menus(Path(site.folder, home).read_bytes())[1]
    base = site.home + quote(home)
    if page not in {site.resolve(base, Link(url, "a href")).file for url in menu}:
        yield fault("", "the navigation does not link to this page")
    if page not in found.listed:
        yield fault("", "sitemap.xml does not list this page")
