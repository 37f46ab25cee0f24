"""Prints what each page of a finished site weighs, and when a slow phone shows it.

    .venv/bin/python tests/benchmark_pages.py [SITE] [--runs N]

Beside each page stands the time of a plain one, made here from the same words and drawings: no
theme, no script, a style of a few lines. The two are opened in turn, each in a fresh context, so
that nothing is cached and what else the machine does slows both.

Emulated by the browser: a slow 4G phone of 360 x 740 pixels, with 1.6 Mbit/s, round trips of 150 ms
and a processor four times slower than this one. The browser can delay requests, but not the making
of the connection before the first. So, as Lighthouse does for the same reason, each request waits
for 3.75 round trips and gets 0.9 of the bandwidth.

Not emulated: HTTP/2 (the server speaks HTTP/1.1, by loopback), TCP's slow start (14 kB in the first
round trip, twice as much in the next), lost packets, a phone's graphics. Service workers are
blocked: the copy for the time without a network comes after all that is measured here.
"""

import argparse
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from conftest import ROOT, PagesHandler, files_of, pack, read, served
from playwright.sync_api import Browser, Error, sync_playwright
from turbohtml import parse

# How much later than the plain page a page's largest part may be there.
MOST = 1.10
KINDS = ("page", "style", "script", "picture", "other")
SUFFIXES = {".html": "page", ".css": "style", ".js": "script"} | dict.fromkeys(
    (".png", ".svg", ".ico"), "picture"
)
NETWORK = {
    "offline": False,
    "latency": 150 * 3.75,  # ms
    "downloadThroughput": 1_600_000 / 8 * 0.9,  # bytes/s
    "uploadThroughput": 750_000 / 8 * 0.9,
}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "service_workers": "block",
}
# The browser's own times of the first contentful paint and of the largest, or nothing.
PAINTS = """() => new Promise(resolve => {
  const first = () => performance.getEntriesByName("first-contentful-paint")[0].startTime;
  new PerformanceObserver(list => resolve([first(), list.getEntries().at(-1).startTime]))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => resolve([]), 20_000);
})"""
# Of the page's own attributes, what someone who writes by hand would write.
WRITTEN = {"id", "href", "hidden", "src", "alt", "width", "height", "colspan", "rowspan", "scope"}
STYLE = (
    "body{font:18px/1.5 sans-serif;max-width:40em;margin:auto;padding:1em}"
    "svg{max-width:100%}svg :not(text,text *){fill:none;stroke:currentColor}"
)


@dataclass(frozen=True)
class Visit:
    """What one visit cost: bytes by kind as sent, requests, and when things were painted (ms)."""

    sent: Counter[str]
    requests: int
    first: float
    largest: float


class CountingHandler(PagesHandler):
    """Answers as the tests' server does, and notes the kind and the bytes of each file sent."""

    def __init__(self, sent: list[tuple[str, int]], *args: Any) -> None:
        self.sent = sent
        super().__init__(*args)

    def answer_file(self, status: int, file: Path) -> None:
        self.sent.append((SUFFIXES.get(file.suffix, "other"), len(pack(read(file)))))
        super().answer_file(status, file)


def plain(page: str) -> str:
    """Return a page's article as someone would write it by hand: its words, lists and drawings."""
    tree = parse(page)
    article, title = tree.select_one("article"), tree.select_one("title")
    if article is None or title is None:
        raise ValueError("it has no article, or no title")
    for node in article.select("script, style, template"):
        node.decompose()
    # A drawing stays as it is.
    for node in article.select(":not(svg, svg *)"):
        for attribute in set(node.attrs) - WRITTEN:
            del node.attrs[attribute]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{title.html}'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style>{article.inner_html}"
    )


@contextmanager
def chrome() -> Iterator[Browser]:
    """Start the browser that the tests use."""
    found = subprocess.run(
        [ROOT / "scripts/get_browser"], stdout=subprocess.PIPE, text=True, check=True
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.stdout.strip() or None, chromium_sandbox=False
        )
        yield browser
        browser.close()


def visit(browser: Browser, url: str, sent: list[tuple[str, int]]) -> Visit:
    """Open a page for the first time, on the phone, until it asks for nothing more.

    Args:
        browser: Any Chromium.
        url: The page's address.
        sent: The list that the server fills.

    Raises:
        ValueError: The browser painted nothing.
    """
    sent.clear()
    context = browser.new_context(**PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    paints = page.evaluate(PAINTS)
    context.close()
    if not paints:
        raise ValueError(f"{url}: the browser tells no time of a paint")
    kinds: Counter[str] = Counter()
    for kind, bytes_ in sent:
        kinds[kind] += bytes_
    return Visit(kinds, len(sent), *paints)


def measure(site: Path, runs: int) -> dict[str, list[tuple[Visit, Visit]]]:
    """Visit each page of a site and its plain double in turn.

    Args:
        site: The folder of the finished site.
        runs: How often.

    Returns:
        The two visits of each run, by the page's path below the folder.

    Raises:
        Error, ValueError: A page could not be measured.
    """
    sent: list[tuple[str, int]] = []
    visits: dict[str, list[tuple[Visit, Visit]]] = {}
    with TemporaryDirectory() as folder, chrome() as browser:
        files = files_of(site)
        for path in sorted(path for path in files if path.endswith(".html")):
            double = Path(folder, f"{len(visits)}.html")
            double.write_text(plain(read(files[path]).decode()), "utf-8")
            files[f"plain/{path}"] = double
            visits[path] = []
        with served(partial(CountingHandler, sent, files)) as url:
            visit(browser, f"{url}plain/404.html", sent)  # the browser's own start is no page's
            for _ in range(runs):
                for path, done in visits.items():
                    address = path.removesuffix("index.html")
                    done.append(
                        (
                            visit(browser, url + address, sent),
                            visit(browser, f"{url}plain/{address}", sent),
                        )
                    )
    return visits


def report(visits: dict[str, list[tuple[Visit, Visit]]], budgets: dict[str, Any]) -> str:
    """Return the table, in kB and ms, and what is over a limit.

    Args:
        visits: As `measure` returns them.
        budgets: The most bytes of a page, as `[tool.finish_site]` in pyproject.toml has them.
    """
    lines = [
        f"{'kB as sent':22}{''.join(f'{kind:>8}' for kind in KINDS)}  requests   "
        "first paint/plain   largest paint/plain, ratio"
    ]
    over = []
    for path, runs in visits.items():
        # The icon comes so late that some visits end before.
        page = max((own for own, _ in runs), key=lambda own: own.requests)
        first, plain_first, largest, plain_largest = (
            round(median(getattr(run[i], name) for run in runs))
            for name in ("first", "largest")
            for i in (0, 1)
        )
        ratio = median(own.largest / double.largest for own, double in runs)
        lines.append(
            f"{path:22}{''.join(f'{page.sent[kind] / 1000:8.1f}' for kind in KINDS)}"
            f"{page.requests:10}   {first:8} / {plain_first:<8}   {largest:8} / {plain_largest:<8}"
            f"{ratio:6.2f}"
        )
        if ratio > MOST:
            over.append(
                f"{path}: largest paint {ratio:.2f} of the plain page's, {MOST:.2f} at most"
            )
        if (bytes_ := page.sent["page"]) > (most := budgets["pages"].get(path, budgets["page"])):
            over.append(f"{path}: {bytes_} bytes, {most} at most")
    return "\n".join([*lines, "", *(over or ["No page is over its budget or its time."])])


def main() -> int:
    """Measure the site that is given, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site", help="its folder")
    parser.add_argument("--runs", type=int, default=5, help="visits of each page; 5 if not given")
    given = parser.parse_args()
    if not given.site.joinpath("index.html").is_file() or given.runs < 1:
        parser.error(f"{given.site} is no built site, or no runs: build it with ./scripts/build")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    try:
        visits = measure(given.site, given.runs)
    except (Error, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"benchmark_pages: not every page could be measured: {error}", file=sys.stderr)
        return 1
    print(report(visits, settings["tool"]["finish_site"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
