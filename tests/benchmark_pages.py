"""Print what a first visit of each page takes on a slow phone: bytes, requests, largest paint.

    .venv/bin/python tests/benchmark_pages.py [SITE] [--runs N]

The time of the largest paint is compared with that of a plain page, made here from the same words
and drawings: no theme, no script, a style of a few lines. The two are opened in turn, each in a
fresh context, so that nothing is cached and whatever else the machine does slows both.

Emulated: a slow 4G phone of 360 x 740 pixels, with 1.6 Mbit/s, round trips of 150 ms and a
processor four times slower than this one. The browser can delay requests, but not the connection
before the first, so, as in Lighthouse, each request waits for 3.75 round trips and gets 0.9 of the
bandwidth. Not emulated: HTTP/2, TCP's slow start, lost packets, a phone's graphics. The service
worker is blocked: it makes its copy after all that is measured here.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from conftest import ROOT, PagesHandler, files_of, launched, pack, read, served
from playwright.sync_api import Browser, Error
from turbohtml import parse

# How much later than the plain page a page's largest part may be there.
MOST = 1.10
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
# The time of the largest contentful paint, or nothing.
PAINT = """() => new Promise(resolve => {
  new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(resolve, 20_000);
})"""
# Of the page's own attributes, what someone who writes by hand would write.
WRITTEN = {"id", "href", "hidden", "src", "alt", "width", "height", "colspan", "rowspan", "scope"}
STYLE = (
    "body{font:18px/1.5 sans-serif;max-width:40em;margin:auto;padding:1em}"
    "svg{max-width:100%}svg :not(text,text *){fill:none;stroke:currentColor}"
)


@dataclass(frozen=True)
class Visit:
    """What a visit cost: bytes of each file as sent, and when the largest part was painted (ms)."""

    sent: list[int]
    largest: float


class CountingHandler(PagesHandler):
    """Answers as the tests' server does, and notes the size of each file sent."""

    def __init__(self, sent: list[int], *args: Any) -> None:
        self.sent = sent
        super().__init__(*args)

    def answer_file(self, status: int, file: Path) -> None:
        self.sent.append(len(pack(read(file))))
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


def visit(browser: Browser, url: str, sent: list[int]) -> Visit:
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
    largest = page.evaluate(PAINT)
    context.close()
    if not largest:
        raise ValueError(f"{url}: the browser reported no paint")
    return Visit(sent[:], largest)


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
    sent: list[int] = []
    visits: dict[str, list[tuple[Visit, Visit]]] = {}
    with TemporaryDirectory() as folder, launched() as browser:
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
                    done.append((visit(browser, url + address, sent), visit(browser, f"{url}plain/{address}", sent)))
    return visits


def report(visits: dict[str, list[tuple[Visit, Visit]]]) -> str:
    """Return a table of what `measure` returned, and the pages that are too slow."""
    lines = [f"{'':22}{'kB':>6}  requests  largest paint / plain page's (ms), ratio"]
    over = []
    for path, runs in visits.items():
        # The icon comes so late that some visits end before.
        sent = max((own.sent for own, _ in runs), key=len)
        own, plain = (round(median(run[i].largest for run in runs)) for i in (0, 1))
        ratio = median(own.largest / double.largest for own, double in runs)
        size = sum(sent) / 1000
        lines.append(f"{path:22}{size:6.1f}{len(sent):10}{own:10} / {plain:<8}{ratio:6.2f}")
        if ratio > MOST:
            over.append(f"{path}: {ratio:.2f} of the plain page's time, {MOST:.2f} at most")
    return "\n".join([*lines, "", *(over or ["No page is too slow."])])


def main() -> int:
    """Measure the site that is given, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site", help="its folder")
    parser.add_argument("--runs", type=int, default=5, help="visits of each page; 5 if not given")
    given = parser.parse_args()
    if not given.site.joinpath("index.html").is_file() or given.runs < 1:
        parser.error(f"{given.site} is not a built site, or no runs: build it with ./scripts/build")
    try:
        visits = measure(given.site, given.runs)
    except (Error, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"benchmark_pages: not every page could be measured: {error}", file=sys.stderr)
        return 1
    print(report(visits))
    return 0


if __name__ == "__main__":
    sys.exit(main())
