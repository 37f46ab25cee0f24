"""Draws the icons, the share picture and the README picture.

Build the site and run this after a change to `docs/images/icon.svg`, `scripts/share.svg`,
`docs/figures/spot.svg` or the look of the site, and commit the result:

    .venv/bin/python scripts/draw_pictures.py
"""

import os
import re
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SPOT = ROOT / "docs" / "figures" / "spot.svg"
SHEETS = ("tokens.css", "figures.css")


def draw_svg(page: Page, svg: str, png: Path, width: int, height: int) -> None:
    """Draw one SVG to a PNG file of the given size.

    Args:
        page: an open page of a browser.
        svg: the text of the drawing.
        png: the file to write.
        width: pixels.
        height: pixels.
    """
    page.set_viewport_size({"width": width, "height": height})
    styles = "".join((ROOT / "docs/css" / name).read_text("utf-8") for name in SHEETS)
    page.set_content(
        f"<!doctype html><style>{styles}body{{margin:0}}body>svg{{display:block}}</style>"
        + resized(svg, f'width="{width}" height="{height}"')
    )
    page.screenshot(path=png, omit_background=True)


def resized(svg: str, attributes: str) -> str:
    """Return an SVG with position or size attributes on its root element."""
    return re.sub("<svg ", f"<svg {attributes} ", svg, count=1)


def maskable(icon: str) -> str:
    """Return the icon with a margin, for devices that crop icons to their own shape.

    The drawing stays inside the safe zone, a circle of four fifths of the width
    (https://www.w3.org/TR/appmanifest/#icon-masks).
    """
    colour = re.search('fill="(#[0-9a-f]{6})"', icon)
    paper = f'style="background:{colour[1]}"' if colour else ""
    return icon.replace('viewBox="0 0 64 64"', f'viewBox="-6 -6 76 76" {paper}')


def share_picture() -> str:
    """Return the share picture as SVG: its text, and the spot drawing from knee to mid-calf."""
    words = (ROOT / "scripts/share.svg").read_text("utf-8")
    spot = re.sub('viewBox="[^"]*"', 'viewBox="0 0 324 334"', SPOT.read_text("utf-8"), count=1)
    placed = resized(spot, 'x="575" width="610" height="630"')
    return words.replace("</svg>", f'<g class="cr-figure">{placed}</g></svg>')


def draw_site(page: Page, png: Path) -> None:
    """Capture the first screen of the built home page at desktop size."""
    # Served over HTTP, because the page's script does not run from file:.
    handler = partial(SimpleHTTPRequestHandler, directory=str(ROOT / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
    page.screenshot(path=png)
    server.shutdown()


def main() -> None:
    """Draw all pictures."""
    found = subprocess.run([ROOT / "scripts" / "get_browser"], stdout=subprocess.PIPE, text=True)
    chrome = found.stdout.strip() or None
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox"] if as_root else [])
        page = browser.new_page(service_workers="block")
        icon = (IMAGES / "icon.svg").read_text("utf-8")
        for size in (180, 192):
            draw_svg(page, icon, IMAGES / f"icon-{size}.png", size, size)
        draw_svg(page, maskable(icon), IMAGES / "icon-cut.png", 512, 512)
        draw_svg(page, share_picture(), IMAGES / "share.png", 1200, 630)
        draw_site(page, ROOT / ".github" / "site.png")
        browser.close()


if __name__ == "__main__":
    main()
