"""Draws the pictures that the builder cannot make: icons, share picture, README picture.

Run after a change of `docs/images/icon.svg`, `scripts/share.svg` or the look of the site, with a
built site in `site/`, and commit what it writes:

    .venv/bin/python scripts/draw_pictures.py
"""

import os
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"


def draw_svg(page: Page, svg: Path, png: Path, width: int, height: int) -> None:
    """Draw one SVG file to a PNG file of the given size.

    Args:
        page: an open page of a browser.
        svg: the drawing.
        png: the file to write.
        width: pixels.
        height: pixels.
    """
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(
        f"<style>body{{margin:0}}svg{{display:block;width:{width}px;height:{height}px}}</style>"
        + svg.read_text("utf-8")
    )
    page.screenshot(path=png, omit_background=True)


def draw_site(page: Page, png: Path) -> None:
    """Draw the first screen of the built home page, as a desktop shows it."""
    # Served, as its script does nothing on a page that is opened as a file.
    handler = partial(SimpleHTTPRequestHandler, directory=str(ROOT / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
    page.screenshot(path=png)
    server.shutdown()


def main() -> None:
    """Draw them all."""
    found = subprocess.run([ROOT / "scripts" / "get_browser"], stdout=subprocess.PIPE, text=True)
    chrome = found.stdout.strip() or None
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chrome, args=["--no-sandbox"] if as_root else []
        )
        page = browser.new_page()
        for size in (180, 192):
            draw_svg(page, IMAGES / "icon.svg", IMAGES / f"icon-{size}.png", size, size)
        draw_svg(page, ROOT / "scripts" / "share.svg", IMAGES / "share.png", 1200, 630)
        draw_site(page, ROOT / ".github" / "site.png")
        browser.close()


if __name__ == "__main__":
    main()
