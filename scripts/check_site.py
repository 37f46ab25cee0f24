"""Checks a built website: links, files, fragments and the required FAQ sections."""

import argparse
import gc
import json
import os
import posixpath
import re
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import unquote

import can_ada
from checker.pages import Document, Fault, Link, is_page, read, read_html
from checker.rules import Findings, Problem, Site, check

HELP = """\
Reads the files of a built site, as GitHub Pages would serve them, and tells, one line
for each fault:

  - links, images, sheets, scripts and other files of the site that are not there, in
    pages, style sheets, web manifest, sitemap and search index (letter case counts;
    a folder needs its index.html)
  - fragments (#...) that nothing on the page has as its id, and ids that are linked to
    and stand more than once
  - addresses that leave the folder under which the site is published, that are none, or
    that are empty
  - Markdown that was not rendered, and JSON-LD or a manifest that does not parse
  - required FAQ sections: missing, doubled, in another order, with another question or
    without an answer

and as warnings: links without their last slash, http: links to the site itself, whole
addresses (https://...) of its host outside that folder, pages that nothing links to,
files that nothing uses.

A line names the Markdown file where the address is written, or else the built file.
What a template brings to more than half of the pages (a menu, a footer) is told once.
Links to other sites are asked only with --external."""

MORE_HELP = """\
settings, all optional, in the pyproject.toml of the folder that this is run in:
  [tool.check_site]
  docs = "docs"                    the folder of the Markdown files
  site_url = "https://me.example/" where the site is published
  cache_days = 7                   how long a good answer of another site counts; it is
                                   kept in .cache/check_site.json
  faq_page = "faq/index.html"      the built page that holds the FAQ
  [tool.check_site.faq]            its sections, in their order: id and question
  how-hard = "How hard should I press?"
  [tool.check_site.fragments]      what a script of a page reads, as regular expression
  "map/index.html" = "zoom=[0-9]+"
  [tool.check_site.exceptions]     addresses of other sites that are as they should be,
  "https://doi.org/*" = "refuses programs"         and why; * stands for anything

exit status: 0 nothing wrong (warnings allowed, but not with --strict), 1 faults found,
2 called wrongly"""

CACHE = Path(".cache/check_site.json")
ADDRESS = re.compile(r"https?:(?!.*(%2f|%00|[?#])).*", re.I)  # of a site
NO_ADDRESS = "https://site.invalid/"
LONGEST = 300  # characters of an address that a line shows
# Words that may be addresses; the first kind is one in angle brackets, with spaces.
WORDS = re.compile(r"(?:(?<=\]\()|(?<=\]: ))<([^<>]*)>|[^\s\"'()<>\[\]{}|`]+")
BEFORE_LINK = re.compile(r"(\]\(|\]:\s+|<|=[\"']?)$")


class WrongCall(Exception):
    """The program cannot start; the message is the sentence for its user."""


@dataclass(frozen=True)
class Settings:
    """The table `[tool.check_site]`."""

    docs: str = "docs"
    site_url: str = ""
    cache_days: float = 7
    faq_page: str = ""
    faq: dict[str, str] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, str] = field(default_factory=dict)


class Line(NamedTuple):
    """A problem as it is told."""

    file: str
    line: int  # 0: none is known
    url: str
    why: str
    kind: str
    level: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        level = "warning" if self.level == "warning" else ""
        url = self.url if len(self.url) < LONGEST else f"{self.url[:LONGEST]}…"
        return printable(": ".join(filter(None, [place, level, url, self.why])))


# Reading


def read_settings(folder: Path) -> Settings:
    """Read the settings; without a file or a table there are none.

    Raises:
        WrongCall: The file does not parse, or a setting is not as it should be.
    """
    try:
        found: Any = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise WrongCall(f"pyproject.toml cannot be read: {error}") from error
    for name in ("tool", "check_site"):
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise WrongCall(f"pyproject.toml: {name} must be a table")
    usual = vars(Settings())
    for name, value in found.items():
        if name not in usual:
            raise WrongCall(f"pyproject.toml: [tool.check_site] has no setting {name!r}")
        kind = {str: "a text", dict: "a table of texts", float: "a number", int: "a number"}
        texts = value.values() if isinstance(value, dict) else [""]
        same = kind.get(type(value)) == kind[type(usual[name])]
        if not same or not all(isinstance(one, str) for one in texts):
            raise WrongCall(f"pyproject.toml: {name} must be {kind[type(usual[name])]}")
        if isinstance(value, dict) and not all(value.values()):
            raise WrongCall(f"pyproject.toml: each entry of {name} needs its text")
    settings = Settings(**found)
    if not settings.cache_days >= 0:  # nor `nan`
        raise WrongCall("pyproject.toml: cache_days must be 0 or more")
    if bool(settings.faq_page) != bool(settings.faq):
        raise WrongCall("pyproject.toml: faq_page must name the page that holds the ids of faq")
    return settings


def list_files(folder: str) -> tuple[dict[str, int], list[str]]:
    """Return the site's files with their sizes in bytes, and folders that cannot be read.

    Pipes, and links that lead nowhere or out of the folder, are no files of the site. A link to
    a folder is entered once on each way, so that loops end.
    """
    files, unreadable, todo, root = {}, [], [("", False)], os.path.realpath(folder)
    while todo:
        inside, linked = todo.pop()
        try:
            entries = list(os.scandir(f"{folder}/{inside}"))
        except OSError:
            unreadable.append(inside)
            continue
        for entry in entries:
            name = f"{inside}{entry.name}"
            try:
                if entry.is_symlink() and not os.path.realpath(entry).startswith(f"{root}{os.sep}"):
                    continue
                if entry.is_file():
                    files[name] = entry.stat().st_size
                elif entry.is_dir() and not (linked and entry.is_symlink()) and name != ".git":
                    todo.append((f"{name}/", linked or entry.is_symlink()))
            except OSError:
                continue
    return files, unreadable


def read_site(folder: Path, site_url: str, settings: Settings) -> Site:
    """Look through a site's folder, and find out where it is published.

    Args:
        folder: The folder of the built site.
        site_url: The site's address; by default what the home page gives as its canonical URL.
        settings: Its fragments and exceptions.

    Raises:
        WrongCall: There is no such folder, no page in it, or an argument is wrong.
    """
    if not folder.is_dir():
        raise WrongCall(f"{folder} is {'not a folder' if folder.exists() else 'not there'}")
    files, unreadable = list_files(str(folder))
    if "" in unreadable:
        raise WrongCall(f"{folder} cannot be read")
    if not any(map(is_page, files)):
        raise WrongCall(f"{folder} holds no HTML page; build the site first")
    try:
        patterns = {page: re.compile(pattern) for page, pattern in settings.fragments.items()}
    except re.error as error:
        raise WrongCall(f"pyproject.toml: fragments: {error.pattern!r}: {error}") from error
    excepted = [re.escape(one).replace(r"\*", ".*") for one in settings.exceptions]
    site = Site(str(folder), files, NO_ADDRESS, patterns, unreadable)
    site.exceptions = re.compile("|".join(excepted) or "(?!)")
    home = ""
    if not site_url and "index.html" in files:
        # One that cannot be read is told with the others.
        with suppress(OSError), (folder / "index.html").open("rb") as page:
            home = read_html(page.read(1_000_000)).canonical()  # it stands in the head
    if url := site_url or home.strip():
        try:
            address = can_ada.parse(url) if site_url else can_ada.parse(NO_ADDRESS) + url
        except ValueError:
            address = None  # of the home page: told as its fault
        if address and address.protocol in ("http:", "https:"):
            path = re.sub(r"/[^/]*\.html?$|/$", "", address.pathname)
            site.address = f"{address.protocol}//{address.host}{path}/"
        if site_url and (not address or not ADDRESS.fullmatch(address.href)):
            raise WrongCall(f"{site_url} is no address of a site, such as https://me.example/docs/")
    return site


# Telling


@lru_cache(maxsize=1)
def sources(docs: Path) -> set[str]:
    """Return all Markdown files of a folder, relative to it."""
    return {file.relative_to(docs).as_posix() for file in docs.rglob("*.md")}


def source_of(docs: Path, page: str) -> str:
    """Return the Markdown file, relative to docs, that a page was built from, or nothing."""
    stem = page.removesuffix("index.html").rstrip("/").removesuffix(".html")
    choices = [f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md"] if stem else []
    choices = choices or ["index.md", "README.md"]
    return next((one for one in choices if page != "404.html" and one in sources(docs)), "")


@lru_cache(maxsize=8)
def markdown(file: Path) -> list[str]:
    """Return the lines of a Markdown file; code, comments and front matter come empty."""
    lines: list[str] = []
    fence = ""
    for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        matter = line == "---" and (not lines or fence == "---")
        hidden = fence or mark or matter
        lines.append("" if hidden else re.sub("`[^`]*`|<!--.*?-->", "", line))
        if fence and (matter or (mark and mark[1].startswith(fence))):
            fence = ""
        elif not fence and hidden:
            fence = "---" if matter else mark[1] if mark else ""
    return lines


@lru_cache(maxsize=8)
def written(docs: Path, source: str) -> dict[tuple[bool, str, str], dict[int, str]]:
    """Return where a Markdown file names addresses: by themselves, and by where they lead.

    A key is whether the address is a link (or else a word of the text), path and fragment.
    """
    found: dict[tuple[bool, str, str], dict[int, str]] = defaultdict(dict)
    for number, line in enumerate(markdown(docs / source), 1):
        for match in WORDS.finditer(line):
            word = match[1] or match[0]
            path, _, fragment = word.partition("#")
            path = unquote(path.partition("?")[0])
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
            before = line[max(0, match.start() - 9) : match.start()]
            link = bool(match[1] or BEFORE_LINK.search(before))
            for key in (("", unquote(word)), (goal if path else source, fragment)):
                found[link, *key][number] = word
    return found


def marks(problem: Problem) -> re.Pattern[str]:
    """Return what a line looks like that has an id, a leftover of Markdown, or an empty address."""
    url, place, _ = problem.link
    name, attribute = re.escape(url[1:]), re.escape(place.partition(" ")[2])
    if place == "id":
        return re.compile(rf"\{{[^}}]*#{name}[\s}}]|\bid=[\"']?{name}(?![\w-])")
    words = f"{re.escape(url)}|{re.escape(escape(url))}"
    return re.compile(words if url else rf"\]\(\)|\b{attribute}=(\"\"|''|[\s>])")


def in_markdown(docs: Path, problem: Problem) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and words, wherever the writer wrote what is wrong; nothing: nowhere."""
    url, place, _ = problem.link
    source = source_of(docs, problem.page)
    if not source or problem.page.endswith("/"):  # a folder
        return
    path, _, fragment = problem.goal.partition("#")
    goals = [("", unquote(url)), (path, fragment), (source_of(docs, path), fragment)]
    words = written(docs, source)
    keys = [(link, *goal) for link in (True, False) for goal in goals if any(goal)]
    found = next((words[key] for key in keys if key in words), {})
    if place in ("", "id") or not url:
        lines = enumerate(markdown(docs / source), 1) if url or place else ()
        first = next((number for number, line in lines if marks(problem).search(line)), None)
        whole = problem.kind == "faq" or not (url or place)  # the page as such
        found = {first: url} if first else {0: url} if whole else {}
    for number, word in found.items():
        yield (docs / source).as_posix(), number, word


@lru_cache(maxsize=2)
def built(file: str) -> tuple[dict[str, set[int]], list[str]]:
    """Return the lines that have each address of a built file, and all lines of its text."""
    try:
        data = Path(file).read_bytes()
    except OSError:
        return {}, []
    document = read(file, data, lines=True) or Document()
    lines: dict[str, set[int]] = defaultdict(set)
    known: list[Fault | Link] = [*document.faults, *document.links]
    for one in known:
        lines[one.url].add(one.line)
    return lines, data.decode("utf-8", "replace").split("\n")


def in_build(site: Site, problem: Problem) -> list[tuple[str, int, str]]:
    """Return built file, line and words of a problem; line 0 where none can be told."""
    file, (url, place, line) = f"{site.folder}/{problem.page}", problem.link
    numbers = [line]
    if not line and url + place:
        known, lines = built(file)
        numbers = sorted(known.get(url, {0}) - {0}) if place != "id" else []
        if not numbers:
            mark = marks(problem)
            numbers = [n for n, text in enumerate(lines, 1) if mark.search(text)][:1] or [0]
    return [(file, number, url) for number in numbers]


def relative(path: str, base: str) -> str:
    """Return the address that leads from one path to another."""
    return posixpath.relpath(path, posixpath.dirname(base) or ".") + "/" * path.endswith("/")


def mend(site: Site, docs: Path, problem: Problem, file: str, word: str) -> str:
    """Return a question that names what may have been meant, as it must be written there."""
    near = problem.near
    if near and not near.startswith("#"):
        near = near.removeprefix("./")
        source = source_of(docs, near) or near
        address = re.match(r"(?:https?:)?//[^/]*|(?=/)", word)
        path = site.home.pathname + near
        near = address[0] + path if address else relative(path, problem.base)
        if file.endswith(".md") and (word != problem.link.url or re.search(r"\.md\b", word)):
            # Links of Markdown name the source; one that does so already is one of its HTML.
            source = relative(source, Path(file).relative_to(docs).as_posix())
            near = near if source == re.split("[?#]", word)[0] else source
        near = near.replace(" ", "%20")
    return f"; did you mean {near}?" if near else ""


def tell(site: Site, docs: Path, problems: Iterable[Problem]) -> list[Line]:
    """Return what to print, sorted; what a template brings to most pages comes once."""
    for kept in (sources, markdown, written, built):
        kept.cache_clear()  # of another site, when this is called once more
    pages = len(site.pages)
    lines = set()

    def add(problem: Problem, places: Iterable[tuple[str, int, str]], count: str = "") -> None:
        for file, number, word in places:
            why = problem.why + mend(site, docs, problem, file, word) + count
            shown = word or f"<{problem.link.place}>" * bool(problem.link.place)
            lines.add(Line(file, number, shown, why, problem.kind, problem.level))

    def shared(key: Callable[[Problem], object], rest: list[Problem]) -> Iterator[Problem]:
        """Tell what most pages share, and yield the others."""
        groups: dict[object, list[Problem]] = defaultdict(list)
        for problem in rest:
            groups[key(problem)].append(problem)
        for group in groups.values():
            names = {problem.page for problem in group}
            if len(names) > max(2, pages / 2):
                first = min(group, key=lambda one: (one.page != "index.html", one.page))
                add(first, in_build(site, first)[:1], f" (on {len(names)} of {pages} pages)")
            else:
                yield from group

    by_page = sorted(problems, key=lambda one: one.page)
    rest = []
    for problem in by_page:
        if places := list(in_markdown(docs, problem)):
            add(problem, places)
        else:
            rest.append(problem)
    rest = list(shared(lambda one: (one.goal or one.link.url, one.why, one.kind, one.level), rest))
    # A template that writes `a.png` on each page means another file on each.
    rest = list(shared(lambda one: (one.link.url or one.page, one.link.place, one.kind), rest))
    for problem in sorted(rest, key=lambda one: one.page):
        add(problem, in_build(site, problem))
    return sorted(lines)


def counted(number: int, what: str) -> str:
    """Return `1 page`, `2 pages`."""
    return f"{number} {what}{'s' * (number != 1)}"


def printable(text: str) -> str:
    """Keep one fault on one line, and terminals safe from what a page holds."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def as_github(line: Line) -> str:
    """Return a line as a workflow command of GitHub Actions."""

    def escaped(text: str, marks: str) -> str:
        return "".join(f"%{ord(c):02X}" if c in marks else c for c in printable(text))

    place = f"file={escaped(line.file, '%:,')}" + (f",line={line.line}" if line.line else "")
    return f"::{line.level} {place}::{escaped(f'{line.url}: {line.why}'.lstrip(': '), '%')}"


def as_json(lines: Sequence[Line], pages: int, links: int) -> str:
    """Return all as one JSON object."""
    problems = [line._asdict() | {"line": line.line or None} for line in lines]
    return json.dumps({"pages": pages, "links": links, "problems": problems}, indent=1)


def ask_others(site: Site, found: Findings, cache_days: float) -> Iterator[Problem]:
    """Ask the sites that links lead to, each address once, and yield what is wrong."""
    from checker import external  # here, because it is rarely asked for

    def progress(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == of else ""
            print(f"\r{done} of {of} addresses asked", end=end, file=sys.stderr, flush=True)

    wanted: dict[str, set[str]] = defaultdict(set)
    for url, fragment, _, _ in found.outside:
        if not site.exceptions.fullmatch(url):
            wanted[url].add(fragment)
    answers = external.ask(wanted, ids_of, CACHE, cache_days, progress)
    for url, fragment, page, link in found.outside:
        for of, one in answers.get(url, {}).items():
            if of in ("", fragment):
                why = f"{one.why}#{fragment}".rstrip("#") if one.kind == "redirect" else one.why
                yield Problem(page, link, why, one.kind, f"{url}#{of}", one.level)


def ids_of(html: bytes) -> set[str]:
    """Return what the fragments of an address may lead to."""
    page = read_html(html)
    return {*page.ids, *page.anchors}


class Arguments(argparse.ArgumentParser):
    """Tells a wrong call in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"{self.prog}: {message}; --help tells more\n")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; by default the real one."""
    parser = Arguments(
        prog="check_site.py",
        description=HELP,
        epilog=MORE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("site", metavar="SITE_DIR", help="the folder of the built site")
    add("--site-url", metavar="URL", help="where it is published, if its home page does not tell")
    add("--docs", metavar="DIR", help="the folder of the Markdown files, if not docs")
    add("--external", action="store_true", help="ask the other sites that links lead to, too")
    add("--strict", action="store_true", help="let warnings fail, too")
    usual = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    told = "text, but inside GitHub Actions github, unless this says otherwise"
    add("--format", choices=("text", "json", "github"), default=usual, help=told)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: The command line without the program's name; by default the real one.

    Returns:
        The exit status: 0 nothing wrong, 1 faults, 2 a wrong call.
    """
    start = time.perf_counter()
    gc.disable()  # nothing here goes round in circles, and looking for it takes a third of the time
    asked = read_arguments(arguments)
    try:
        settings = read_settings(Path())
        site_url = settings.site_url if asked.site_url is None else asked.site_url
        docs = Path(settings.docs if asked.docs is None else asked.docs)
        if not asked.site or asked.site_url == "":
            raise WrongCall(f"{'--site-url' if asked.site else 'SITE_DIR'} is empty")
        if str(docs) != Settings.docs and not docs.is_dir():
            raise WrongCall(f"{docs}: no such folder of Markdown files")
        site = read_site(Path(asked.site), site_url, settings)
        found = check(site, settings.faq_page, settings.faq)
        if asked.external:
            found.problems += ask_others(site, found, settings.cache_days)
        lines = tell(site, docs, found.problems)
    except (WrongCall, OSError) as wrong:
        print(f"check_site.py: {printable(str(wrong))}", file=sys.stderr)
        return 2
    pages = len(site.pages)
    faults = sum(line.level == "error" for line in lines)
    warnings = len(lines) - faults
    result = counted(faults, "problem") if faults else "no problems"
    result += f", {counted(warnings, 'warning')}" if warnings else ""
    took = time.perf_counter() - start
    if asked.format == "json":
        print(as_json(lines, pages, found.links))
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        for line in lines:
            text = as_github(line) if asked.format == "github" else str(line)
            paint = "33" if line.level == "warning" else "31"
            print(f"\033[{paint}m{text}\033[0m" if colour else text)
        read = f"{counted(pages, 'page')}, {counted(found.links, 'link')}"
        print(f"{read}: {result} ({took:.2f} s)")
    return 1 if faults or (warnings and asked.strict) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # as shells tell that somebody stopped a program
    except OSError:
        os._exit(1)  # whoever reads the lines has seen enough, or has no space for more
