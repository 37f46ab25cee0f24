"""What a reader fetches beside the pages, whose budgets `scripts/finish_site.py` checks."""

import gzip
import json
import re
import tomllib
from pathlib import Path

import pytest
from conftest import SETTINGS

ROOT = Path(__file__).parents[2]
MOST_OF_ALL = 350_000


def weight(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 6))


def pages(site: Path) -> dict[str, Path]:
    return {file.relative_to(site).as_posix(): file for file in sorted(site.rglob("*.html"))}


def test_every_budget_is_for_a_page_of_the_site(site: Path) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert settings["tool"]["finish_site"]["pages"].keys() <= pages(site).keys()


def test_the_copy_of_the_whole_site_is_small(site: Path) -> None:
    if not SETTINGS["extra"]["offline"]:
        pytest.skip("readers keep no copy")
    found = re.search(r"\[\[.*?\]\]", (site / "sw.js").read_text("utf-8"))
    assert found
    kept = [address for address, _ in json.loads(found[0])]
    files = [site / name / ("index.html" if name[-1:] in ("", "/") else "") for name in kept]
    assert len(files) > 30
    assert sum(weight(file) for file in files) <= MOST_OF_ALL


def test_no_style_of_the_whole_page_hangs_on_what_is_in_it(site: Path) -> None:
    # With html:has(…) or body:has(…), each change of a page costs the style of all its elements.
    styles = "".join(file.read_text("utf-8") for file in pages(site).values())
    assert not re.search(r"(html|body|:root):has\(", styles)


def test_nothing_is_published_that_no_reader_asks_for(site: Path) -> None:
    kinds = {file.suffix for file in site.rglob("*") if file.is_file()}
    # The theme brings source maps, fonts, style sheets, and a search in thirty languages.
    assert kinds == {".gz", ".html", ".js", ".json", ".png", ".svg", ".webmanifest", ".xml"}
    assert not (site / "assets").exists()
    assert len(list((site / "js").rglob("*.js"))) < 25
