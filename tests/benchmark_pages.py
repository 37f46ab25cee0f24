"""Print when a slow phone has painted the largest part of each page, at a first visit.

    .venv/bin/python tests/benchmark_pages.py [SITE] [--runs N]

The time is compared with that of a plain page, made here from the same words
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
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from conftest import ROOT, PagesHandler, files_of, launched, served
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


def largest_paint(browser: Browser, url: str) -> float:
    """Open a page for the first time, on the phone; return the time of its largest paint in ms."""
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
    return float(largest)


def measure(site: Path, runs: int) -> dict[str, list[tuple[float, float]]]:
    """Return the times of each page and of its plain double, opened in turn, by the page's path."""
    times: dict[str, list[tuple[float, float]]] = {}
    with TemporaryDirectory() as folder, launched() as browser:
        files = files_of(site)
        for path in sorted(path for path in files if path.endswith(".html")):
            double = Path(folder, f"{len(times)}.html")
            double.write_text(plain(files[path].read_text("utf-8")), "utf-8")
            files[f"plain/{path}"] = double
            times[path] = []
        with served(partial(PagesHandler, files)) as url:
            largest_paint(browser, f"{url}plain/404.html")  # the browser's own start is no page's
            for _ in range(runs):
                for path, done in times.items():
                    address = path.removesuffix("index.html")
                    pair = [largest_paint(browser, f"{url}{start}{address}") for start in ("", "plain/")]
                    done.append((pair[0], pair[1]))
    return times


def main() -> int:
    """Measure the site that is given, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site", help="its folder")
    parser.add_argument("--runs", type=int, default=5, help="visits of each page; 5 if not given")
    given = parser.parse_args()
    if not given.site.joinpath("index.html").is_file() or given.runs < 1:
        parser.error(f"{given.site} is not a built site, or no runs: build it with ./scripts/build")
    try:
        times = measure(given.site, given.runs)
    except (Error, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"benchmark_pages: not every page could be measured: {error}", file=sys.stderr)
        return 1
    for path, pairs in times.items():
        own, double = (round(median(pair[i] for pair in pairs)) for i in (0, 1))
        ratio = median(own / double for own, double in pairs)
        print(f"{path:22}{own:6} ms, plain page {double:6} ms, ratio {ratio:.2f}{'  too slow' * (ratio > MOST)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
