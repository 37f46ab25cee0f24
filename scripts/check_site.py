"""Checks a built website: links, files, ids and the required FAQ sections."""

import argparse
import os
import re
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

HELP = """\
Reads the HTML files of a built site and tells, one line for each fault:

  - links, images, sheets, scripts and other files of the site that are not there
    (letter case counts; a folder needs its index.html)
  - fragments (#...) that no element of the page has as its id
  - addresses that leave the folder under which the site is published, as the
    canonical link of its home page tells it
  - ids that stand more than once on a page
  - required FAQ sections that are missing, not on a heading, or without an answer

A line names the Markdown file in docs/ where there is one, or else the built file.
A fault on more than half of the pages (a menu, a footer) is told once.
Addresses of other hosts are not followed."""

MORE_HELP = """\
settings, in the pyproject.toml of the folder that this is run in:
  [tool.check_site]
  faq_page = "faq/index.html"      the built page that holds the FAQ
  faq = ["how-hard", "tingling"]   ids that must each head a section there

exit status: 0 nothing wrong, 1 faults found, 2 called wrongly"""

SHORTEST_ANSWER = 40  # characters: less is a heading whose answer was forgotten
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NO_ANSWER = ("script", "style", "template", "nav", "footer")
SHARED_ADDRESSES = ("og:url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
# `:is` gives each element once; a plain list gives it once for every part that fits.
INTERESTING = (
    ":is([id],[href],[xlink\\:href],[src],[srcset],[imagesrcset],[poster],object[data],"
    "a[name],meta[content])"
)
REFRESH = re.compile(r"[\s\d.]*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.I)
SRCSET_URL = re.compile(r"[\s,]*([^\s,]\S*)")


class WrongCall(Exception):
    """The program cannot start; the message is the sentence for its user."""


@dataclass(frozen=True)
class Settings:
    """The table `[tool.check_site]`."""

    faq_page: str = ""
    faq: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An address as the page writes it, and the attribute that holds it (`img src`)."""

    url: str
    place: str


@dataclass
class Page:
    """What the checks need to know about one HTML file."""

    name: str
    links: list[Link] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    anchors: set[str] = field(default_factory=set)  # `<a name>`: leads there, but is no id
    base: str = ""
    canonical: str = ""
    # The FAQ page only: characters of text under each heading, by the heading's id.
    answers: dict[str, int] = field(default_factory=dict)


@dataclass
class Site:
    """The built site; all names are relative to its folder, with forward slashes."""

    address: str  # where the site is published, ends with a slash
    files: set[str]
    pages: dict[str, Page]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `address` is relative to the site, or as written."""

    page: str
    address: str
    why: str


# Reading


def read_settings(folder: Path) -> Settings:
    """Read the settings; without a file or a table there are none.

    Raises:
        WrongCall: The file does not parse, or a setting is not as it should be.
    """
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise WrongCall(f"pyproject.toml cannot be read: {error}") from error
    tool = table.get("tool", {})
    found = tool.get("check_site", {}) if isinstance(tool, dict) else None
    if not isinstance(found, dict) or found.keys() - {"faq_page", "faq"}:
        raise WrongCall("pyproject.toml: [tool.check_site] must hold faq_page and faq only")
    page, ids = found.get("faq_page", ""), found.get("faq", [])
    if not isinstance(ids, list) or not all(isinstance(one, str) and one for one in ids):
        raise WrongCall("pyproject.toml: faq must be a list of ids")
    if len(set(ids)) < len(ids):
        raise WrongCall("pyproject.toml: faq must name each id once")
    if not isinstance(page, str) or bool(page) != bool(ids):
        raise WrongCall("pyproject.toml: faq_page must name the page that holds the ids of faq")
    return Settings(page, tuple(ids))


def read_site(folder: Path, faq_page: str) -> tuple[Site, list[Fault]]:
    """Read all pages of a site, and tell which cannot be read.

    Raises:
        WrongCall: There is no such folder, or no page in it.
    """
    if not folder.is_dir():
        raise WrongCall(f"{folder} is {'not a folder' if folder.exists() else 'not there'}")
    files: set[str] = set()
    # Links to folders are not entered (they may form a loop); `is_file` leaves out pipes
    # and links that lead nowhere.
    for place, _, names in os.walk(folder):
        found = [Path(place, name) for name in names]
        files.update(one.relative_to(folder).as_posix() for one in found if one.is_file())
    pages, faults = {}, []
    for name in sorted(one for one in files if one.lower().endswith((".html", ".htm"))):
        try:
            # Browsers show what is not UTF-8 as replacement marks, too.
            html = (folder / name).read_bytes().decode("utf-8-sig", errors="replace")
        except OSError as error:
            faults.append(Fault(name, name, f"cannot be read: {error.strerror}"))
            continue
        pages[name] = read_page(name, html, is_faq=name == faq_page)
    if not pages and not faults:
        raise WrongCall(f"{folder} holds no HTML page; build the site first")
    home = pages.get("index.html", Page("index.html"))
    return Site(site_address(home.canonical), files, pages), faults


def site_address(canonical: str) -> str:
    """Return where the home page says that the site is published, or a root of no host."""
    try:
        home = urlsplit(canonical)
        if home.scheme in ("http", "https") and host(home)[0]:
            return f"{home.scheme}://{home.netloc}{home.path.rpartition('/')[0]}/"
    except ValueError:
        pass  # told as a fault of the page that says it
    return "https://site.invalid/"


def read_page(name: str, html: str, is_faq: bool) -> Page:
    """Read one page as a browser does; the parser is known here and below only."""
    page, tree = Page(name), LexborHTMLParser(html)
    for node in tree.css(INTERESTING):
        tag, attributes = node.tag or "", {k: v or "" for k, v in node.attributes.items()}
        if one_id := attributes.get("id"):
            page.ids[one_id] += 1
        if tag == "a" and "name" in attributes:
            page.anchors.add(attributes["name"])
        if tag == "base":
            page.base = page.base or attributes.get("href", "")
            continue
        if tag == "link" and attributes.get("rel", "").lower() == "canonical":
            page.canonical = attributes.get("href", "").strip()
        page.links.extend(links_of(tag, attributes))
    if is_faq:
        page.answers = read_answers(tree)
    return page


def read_answers(tree: LexborHTMLParser) -> dict[str, int]:
    """Count the characters of text after each heading, up to the next one."""
    unread = f":is({','.join((*HEADINGS, *NO_ANSWER))})"
    unread_ids = {node.mem_id for node in tree.css(f"{unread},{unread} *")}
    scope = tree.css_first("main") or tree.body
    answers: Counter[str] = Counter()
    heading = ""
    for node in scope.traverse(include_text=True) if scope else ():
        if node.tag in HEADINGS:
            heading = node.attributes.get("id") or ""
            answers[heading] += 0
        elif node.tag == "-text" and node.parent and node.parent.mem_id not in unread_ids:
            answers[heading] += len(" ".join(node.text().split()))
    return answers


def links_of(tag: str, attributes: dict[str, str]) -> Iterator[Link]:
    """Yield every address that an element holds."""
    if tag == "meta":
        content = attributes.get("content", "")
        kind = (attributes.get("property") or attributes.get("name") or "").lower()
        if kind in SHARED_ADDRESSES:
            yield Link(content, f"meta {kind}")
        refresh = attributes.get("http-equiv", "").lower() == "refresh"
        if refresh and (match := REFRESH.match(content)):
            yield Link(match[1], "meta refresh")
        return
    for name in ("href", "xlink:href", "src", "poster", "data"):
        if name in attributes and (name != "data" or tag == "object"):
            yield Link(attributes[name], f"{tag} {name}")
    for name in ("srcset", "imagesrcset"):
        for url in srcset_urls(attributes.get(name, "")):
            yield Link(url, f"{tag} {name}")


def srcset_urls(value: str) -> Iterator[str]:
    """Yield the addresses of `a.png, b,c.png 2x`; a comma inside an address is part of it."""
    start = 0
    while match := SRCSET_URL.match(value, start):
        yield match[1].rstrip(",")
        start = match.end() if match[1].endswith(",") else value.find(",", match.end())
        if start < 0:
            return


# Checking


def check(site: Site, settings: Settings) -> Iterator[Fault]:
    """Yield every fault; the same one as often as it is found."""
    for page in site.pages.values():
        for one_id, times in page.ids.items():
            if times > 1:
                yield Fault(page.name, f"#{one_id}", f"this id stands {times} times on the page")
        for link in dict.fromkeys(page.links):
            if fault := check_link(site, page, link):
                yield fault
    if settings.faq:
        yield from check_faq(site, settings)


def check_link(site: Site, page: Page, link: Link) -> Fault | None:
    """Follow one address, when it leads into the site."""
    url = link.url.strip()
    if not url:
        # Elsewhere an empty address is the page itself.
        empty = link.place.endswith((" src", " data", " poster", "link href"))
        return Fault(page.name, f"<{link.place}>", "the address is empty") if empty else None
    try:
        base = urljoin(site.address + page.name, page.base.strip())
        goal, own = urlsplit(urljoin(base, url)), urlsplit(site.address)
        same_host = host(goal) == host(own)
    except ValueError:
        return Fault(page.name, url, "this is not an address")
    if goal.scheme in ("mailto", "tel") and not (goal.path.strip() or goal.query):
        return Fault(page.name, url, "leads to nobody")
    if goal.scheme not in ("http", "https") or not same_host:
        return None
    if not f"{goal.path}/".startswith(own.path):
        # A whole address in prose may mean another site of the same host.
        if link.place == "a href" and urlsplit(url).netloc:
            return None
        return Fault(page.name, url, f"leaves the site, which is published under {own.path}")
    path = goal.path[len(own.path) :]
    address = path + (f"?{goal.query}" if goal.query else "") or "./"
    name = unquote(path, errors="surrogateescape")
    found = served_file(site, name)
    if found is None:
        return Fault(page.name, address, why_missing(site, name))
    fragment = goal.fragment.partition(":~:")[0]  # what follows is for finding text
    if found not in site.pages or fragment.lower() in ("", "top"):
        return None
    ids = site.pages[found].ids.keys() | site.pages[found].anchors
    if fragment in ids or unquote(fragment) in ids:
        return None
    here = url.startswith("#")
    why = f"no such section on {'this' if here else 'that'} page"
    why += did_you_mean(unquote(fragment), ids, "#")
    return Fault(page.name, "#" + fragment if here else f"{address}#{fragment}", why)


def host(url: SplitResult) -> tuple[str | None, int | None]:
    """Return who is asked.

    Raises:
        ValueError: The port is not a possible one.
    """
    return url.hostname, None if url.port in (80, 443) else url.port


def served_file(site: Site, name: str) -> str | None:
    """Return the file that GitHub Pages answers with, if any."""
    if not name or name.endswith("/"):
        choices = [f"{name}index.html"]
    else:
        choices = [name, f"{name}/index.html", f"{name}.html"]
    return next((choice for choice in choices if choice in site.files), None)


def why_missing(site: Site, name: str) -> str:
    """Say what is not there, and what may have been meant."""
    if any(file.startswith(f"{name.rstrip('/')}/") for file in site.files):
        return "this folder has no index.html"
    known = {re.sub(r"(^|/)index\.html$", r"\1", file) or "./" for file in site.files}
    is_page = name.endswith(("/", ".html")) or "." not in name.rpartition("/")[2]
    return f"no such {'page' if is_page else 'file'}" + did_you_mean(name, known)


def did_you_mean(name: str, known: Iterable[str], mark: str = "") -> str:
    """Return the nearest name as a question, or nothing."""
    known = sorted(known)
    # Letter case first: it is what Windows and macOS hide from the writer.
    near = [one for one in known if one.rstrip("/").casefold() == name.rstrip("/").casefold()]
    near = near or get_close_matches(name, known, 1, 0.75)
    return f"; did you mean {mark}{near[0]}?" if near else ""


def check_faq(site: Site, settings: Settings) -> Iterator[Fault]:
    """Yield what is wrong with the required sections; `check` tells ids that stand twice."""
    page = site.pages.get(settings.faq_page)
    if page is None:
        yield Fault(settings.faq_page, "", "no such page, but pyproject.toml requires its sections")
        return
    for one_id in settings.faq:
        if one_id not in page.ids:
            why = "this required section is missing"
            # An id that is itself required was not meant for this one.
            others = page.answers.keys() - set(settings.faq)
            yield Fault(page.name, f"#{one_id}", why + did_you_mean(one_id, others, "#"))
        elif one_id not in page.answers:
            yield Fault(page.name, f"#{one_id}", "this required id is not on a heading")
        elif page.answers[one_id] < SHORTEST_ANSWER:
            why = f"this required section has no answer ({page.answers[one_id]} characters of text)"
            yield Fault(page.name, f"#{one_id}", why)


# Telling


def tell(faults: Iterable[Fault], pages: int, folder: Path, docs: Path) -> list[str]:
    """Return the lines to print, sorted."""
    where: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fault in faults:
        where[fault.address, fault.why].add(fault.page)
    lines = []
    for (address, why), names in where.items():
        # What most pages share comes from a template, not from their Markdown.
        shared = len(names) > max(2, pages / 2)
        if shared:
            why += f" (on {len(names)} of {pages} pages)"
        for name in [min(names, key=lambda one: (one != "index.html", one))] if shared else names:
            file = built_file(folder, name) if shared else source_file(folder, name, docs)
            lines.append(printable(": ".join(filter(None, [file, address, why]))))
    return sorted(lines)


def source_file(folder: Path, name: str, docs: Path) -> str:
    """Return the Markdown file that a page was built from, or the page where there is none."""
    page = docs / name
    stem = page.parent if page.name == "index.html" else page.with_suffix("")
    for source in (stem.with_name(f"{stem.name}.md"), stem / "index.md", stem / "README.md"):
        if name != "404.html" and source.is_file():
            return source.as_posix()
    return built_file(folder, name)


def built_file(folder: Path, name: str) -> str:
    """Return the path of a built page as the user can open it."""
    return (folder / name).as_posix()


def printable(text: str) -> str:
    """Keep one fault on one line, and terminals safe from what a page holds."""
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Arguments(argparse.ArgumentParser):
    """Tells a wrong call in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"{self.prog}: {message}; --help tells more\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: The command line without the program's name; by default the real one.

    Returns:
        The exit status: 0 nothing wrong, 1 faults, 2 a wrong call.
    """
    start = time.perf_counter()
    parser = Arguments(
        prog="check_site.py",
        description=HELP,
        epilog=MORE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", metavar="SITE_DIR", type=Path, help="the folder of the built site")
    folder: Path = parser.parse_args(arguments).site
    try:
        settings = read_settings(Path())
        site, faults = read_site(folder, settings.faq_page)
    except (WrongCall, OSError) as wrong:
        print(f"{parser.prog}: {printable(str(wrong))}", file=sys.stderr)
        return 2
    lines = tell([*faults, *check(site, settings)], len(site.pages), folder, Path("docs"))
    print(*lines, sep="\n", end="\n" * bool(lines))
    result = f"{len(lines)} problem{'s' * (len(lines) > 1)}" if lines else "no problems"
    links = sum(len(page.links) for page in site.pages.values())
    took = time.perf_counter() - start
    print(f"{len(site.pages)} pages, {links} links: {result} ({took:.2f} s)")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
