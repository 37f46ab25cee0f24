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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import unquote

import can_ada
from checker.pages import Document, read, read_html
from checker.rules import Findings, Problem, Site, check

HELP = """\
Reads the files of a built site, as GitHub Pages would serve them, and tells, one line
for each fault:

  - links, images, sheets, scripts and other files of the site that are not there, in
    pages, style sheets, web manifest, sitemap and search index (letter case counts;
    a folder needs its index.html)
  - fragments (#...) that nothing on the page has as its id, and ids that are linked to
    and stand more than once
  - addresses that leave the folder under which the site is published, that are none,
    or that are empty
  - Markdown that was not rendered, and JSON-LD or a manifest that does not parse
  - required FAQ sections: missing, doubled, in another order, with another question or
    without an answer

and as warnings: links without their last slash, http: links to the site itself, pages
that nothing links to, files that nothing uses.

A line names the Markdown file where the address is written, or else the built file.
What more than half of the pages share (a menu, a footer) is told once.
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
  [tool.check_site.exceptions]     addresses of other sites that are not asked, and why;
  "https://doi.org/*" = "refuses programs"         * stands for anything

exit status: 0 nothing wrong (warnings allowed, but not with --strict), 1 faults found,
2 called wrongly"""

CACHE = Path(".cache/check_site.json")
HTML = (".html", ".htm")
NO_ADDRESS = "https://site.invalid/"
LONGEST = 300  # characters of an address that a line shows
WORDS = re.compile(r"[^\s\"'()<>\[\]{}|`]+")


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
    if bool(settings.faq_page) != bool(settings.faq):
        raise WrongCall("pyproject.toml: faq_page must name the page that holds the ids of faq")
    return settings


def list_files(folder: str) -> dict[str, int]:
    """Return the site's files with their sizes in bytes.

    Pipes, and links that lead nowhere or out of the folder, are no files of the site. A link to
    a folder is entered once on each way, so that loops end.
    """
    files, todo, root = {}, [("", False)], os.path.realpath(folder)
    while todo:
        inside, linked = todo.pop()
        try:
            entries = list(os.scandir(f"{folder}/{inside}"))
        except OSError:
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
    return files


def read_site(folder: Path, site_url: str, fragments: dict[str, str]) -> Site:
    """Look through a site's folder, and find out where it is published.

    Args:
        folder: The folder of the built site.
        site_url: The site's address; by default what the home page gives as its canonical URL.
        fragments: Regular expressions of what scripts read, by page.

    Raises:
        WrongCall: There is no such folder, no page in it, or an argument is wrong.
    """
    if not folder.is_dir():
        raise WrongCall(f"{folder} is {'not a folder' if folder.exists() else 'not there'}")
    files = list_files(str(folder))
    if not any(name.lower().endswith(HTML) for name in files):
        raise WrongCall(f"{folder} holds no HTML page; build the site first")
    try:
        patterns = {page: re.compile(pattern) for page, pattern in fragments.items()}
    except re.error as error:
        raise WrongCall(f"pyproject.toml: fragments: {error.pattern!r}: {error}") from error
    home = ""
    if not site_url and "index.html" in files:
        # One that cannot be read is told with the others.
        with suppress(OSError), (folder / "index.html").open("rb") as page:
            home = read_html(page.read(1_000_000)).canonical()  # it stands in the head
    for url in filter(None, (site_url, home.strip())):
        try:
            address = can_ada.parse(url) if site_url else can_ada.parse(NO_ADDRESS) + url
        except ValueError:
            address = None  # of the home page: told as its fault
        if address and address.protocol in ("http:", "https:"):
            path = re.sub(r"/[^/]*\.html?$|/$", "", address.pathname)
            return Site(str(folder), files, f"{address.protocol}//{address.host}{path}/", patterns)
        if site_url:
            raise WrongCall(f"{site_url} is no address of a site, such as https://me.example/docs/")
    return Site(str(folder), files, NO_ADDRESS, patterns)


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
def written(docs: Path, source: str) -> dict[tuple[str, str], dict[int, str]]:
    """Return where a Markdown file names addresses: by themselves, and by where they lead."""
    found: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for number, line in enumerate(markdown(docs / source), 1):
        for word in WORDS.findall(line):
            path, _, fragment = word.partition("#")
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path)))
            found["", word][number] = found[goal if path else source, fragment][number] = word
    return found


@lru_cache(maxsize=2)
def built(file: str) -> dict[str, int]:
    """Return the first line of each address of a built file."""
    document = read(file, Path(file).read_bytes(), lines=True) or Document()
    return {link.url: link.line for link in reversed(document.links)}


def locate(site: Site, docs: Path | None, problem: Problem) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and words, wherever a problem's writer must look."""
    url, place, _ = problem.link
    source = source_of(docs, problem.page) if docs else ""
    if docs and source:
        path, _, fragment = problem.goal.partition("#")
        words = written(docs, source)
        keys = [("", url), (path, fragment), (source_of(docs, path), fragment)]
        found = next((words[key] for key in keys if any(key) and key in words), {})
        if place in ("", "id") or not url:
            name = re.escape(url[1:])
            mark = rf"\{{[^}}]*#{name}[\s}}]|\bid=.?{name}\b" if place == "id" else re.escape(url)
            mark = mark or rf"\]\(\)|{place.partition(' ')[2]}=(\"\"|'')"
            lines = enumerate(markdown(docs / source), 1)
            found = {n: url for n, line in lines if url + place and re.search(mark, line)}
            found = dict(list(found.items())[:1]) or ({} if place and place != "id" else {0: url})
        for number, word in found.items():
            yield (docs / source).as_posix(), number, word or f"<{place}>" * bool(place)
        if found:
            return
    file = f"{site.folder}/{problem.page}"
    yield (
        file,
        built(file).get(url, 0) if place not in ("", "id") else 0,
        url or f"<{place}>" * bool(place),
    )


def tell(site: Site, docs: Path, problems: Iterable[Problem]) -> list[Line]:
    """Return what to print, sorted; what most pages share comes once, from a template."""
    for kept in (sources, markdown, written, built):
        kept.cache_clear()  # of another site, when this is called once more
    pages = sum(name.lower().endswith(HTML) for name in site.files)
    same: dict[tuple[str, str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        key = (problem.goal or problem.link.url, problem.why, problem.kind, problem.level)
        same[key].append(problem)
    lines = set()
    for (_, why, kind, level), group in same.items():
        names = {problem.page for problem in group}
        shared = len(names) > max(2, pages / 2)
        if shared:
            first = min(group, key=lambda one: (one.page != "index.html", one.page))
            why = f"{why} (on {len(names)} of {pages} pages)"
            group = [first]
        for problem in group:
            for file, line, url in locate(site, None if shared else docs, problem):
                lines.add(Line(file, line, url, why, kind, level))
    return sorted(lines)


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


def ask_others(found: Findings, settings: Settings) -> Iterator[Problem]:
    """Ask the sites that links lead to, each address once, and yield what is wrong."""
    from checker import external  # here, because it is rarely asked for

    def progress(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == of else ""
            print(f"\r{done} of {of} addresses asked", end=end, file=sys.stderr, flush=True)

    excepted = [re.escape(one).replace(r"\*", ".*") for one in settings.exceptions]
    left_out = re.compile("|".join(excepted) or "(?!)")
    wanted: dict[str, set[str]] = defaultdict(set)
    for url, fragment, _, _ in found.outside:
        if not left_out.fullmatch(url):
            wanted[url].add(fragment)
    answers = external.ask(wanted, ids_of, CACHE, settings.cache_days, progress)
    for url, fragment, page, link in found.outside:
        for of, one in answers.get(url, {}).items():
            if of in ("", fragment):
                yield Problem(page, link, one.why, one.kind, f"{url}#{of}", one.level)


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
    add("--format", choices=("text", "json", "github"), default=usual, help=f"usually {usual}")
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
        if not asked.site:
            raise WrongCall("SITE_DIR is empty")
        site = read_site(Path(asked.site), site_url, settings.fragments)
        found = check(site, settings.faq_page, settings.faq)
        if asked.external:
            found.problems += ask_others(found, settings)
        lines = tell(site, Path(asked.docs or settings.docs), found.problems)
    except (WrongCall, OSError) as wrong:
        print(f"check_site.py: {printable(str(wrong))}", file=sys.stderr)
        return 2
    pages = sum(name.lower().endswith(HTML) for name in site.files)
    faults = sum(line.level == "error" for line in lines)
    warnings = len(lines) - faults
    result = f"{faults or 'no'} problem{'s' * (faults != 1)}"
    result += f", {warnings} warning{'s' * (warnings != 1)}" if warnings else ""
    took = time.perf_counter() - start
    if asked.format == "json":
        print(as_json(lines, pages, found.links))
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        for line in lines:
            text = as_github(line) if asked.format == "github" else str(line)
            paint = "33" if line.level == "warning" else "31"
            print(f"\033[{paint}m{text}\033[0m" if colour else text)
        print(f"{pages} pages, {found.links} links: {result} ({took:.2f} s)")
    return 1 if faults or (warnings and asked.strict) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # as shells tell that somebody stopped a program
    except OSError:
        os._exit(1)  # whoever reads the lines has seen enough, or has no space for more
