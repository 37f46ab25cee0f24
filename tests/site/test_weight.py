"""What is published, beside the pages' budgets, which `scripts/finish_site.py` checks."""

import gzip
import re
from pathlib import Path

MOST_OF_ALL = 350_000


def test_the_offline_copy_is_small(site: Path) -> None:
    files = [file for file in site.rglob("*") if file.is_file() and file.name != "share.png"]
    assert len(files) > 30
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) <= MOST_OF_ALL


def test_no_style_of_the_whole_page_depends_on_its_content(site: Path) -> None:
    # With html:has(…) or body:has(…), each change restyles all elements of a page.
    styles = "".join(file.read_text("utf-8") for file in site.rglob("*.html"))
    assert not re.search(r"(html|body|:root):has\(", styles)


def test_only_what_readers_use_is_published(site: Path) -> None:
    kinds = {file.suffix for file in site.rglob("*") if file.is_file()}
    # The theme would bring source maps, fonts, and search in thirty languages.
    assert kinds == {".gz", ".html", ".js", ".json", ".png", ".svg", ".webmanifest", ".xml"}
    assert len(list((site / "js").rglob("*.js"))) < 25
