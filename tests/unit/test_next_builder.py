"""Zensical, the successor of MkDocs and its theme, builds the same site.

Known differences, each harmless:

- `./safety/` is another spelling of `safety/`: links are resolved.
- JSON-LD may have other spaces and escapes: it is compared as data.
- `data-search-exclude` is for the builder: Zensical removes it from the page.
- In the search index, Zensical calls the handout by its label in the menu, as its h1 is in a block.
- Only MkDocs writes `sitemap.xml.gz`; no search engine needs it.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT, files_of
from turbohtml import parse

SOURCES = ("docs", "overrides", "scripts", "mkdocs.yml", "pyproject.toml", "requirements.txt")
INDEX = "search/search_index.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sources: Zensical reads and writes nothing outside their folder."""
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def build(folder: Path, builder: str) -> Path:
    """Return the folder of the site, built from a copy of the sources."""
    done = subprocess.run(
        [folder / "scripts/build"],
        # Every review is overdue on that day, and each page says so.
        env=os.environ | {"BUILDER": builder, "SITE_DIR": builder, "BUILD_DATE": "20400101"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"the strict build with {builder} failed:\n{done.stdout}"
    return folder / builder


@pytest.fixture(scope="module")
def site(folder: Path) -> Path:
    return build(folder, "mkdocs")


@pytest.fixture(scope="module")
def next_site(folder: Path) -> Path:
    return build(folder, "zensical")


def parts_of(site: Path, path: str) -> list[str]:
    """Return all tags of a page, each with the text after it."""
    page = parse(site.joinpath(path).read_text("utf-8"))
    page.resolve_links(f"https://example.org/calf-release/{path.removesuffix('index.html')}")
    for drawing in page.select("[data-search-exclude]"):
        del drawing.attrs["data-search-exclude"]
    for data in page.select("[type='application/ld+json']"):
        data.set_text(json.dumps(json.loads(data.text), sort_keys=True))
    return re.sub(r"\s+", " ", page.html).split("<")


def test_zensical_publishes_the_same_files(site: Path, next_site: Path) -> None:
    assert sorted(files_of(next_site)) == sorted(files_of(site).keys() - {"sitemap.xml.gz"})


def test_every_page_is_the_same_from_zensical(site: Path, next_site: Path) -> None:
    pages = [path for path in files_of(site) if path.endswith(".html")]
    assert len(pages) > 10
    for path in pages:
        assert parts_of(next_site, path) == parts_of(site, path), path


def test_the_search_index_is_the_same_from_zensical(site: Path, next_site: Path) -> None:
    def sections(folder: Path) -> list[dict[str, str]]:
        # All that docs/js/search.js reads.
        docs: list[dict[str, str]] = json.loads(folder.joinpath(INDEX).read_text("utf-8"))["docs"]
        return docs

    assert len(sections(site)) > 100
    assert sections(next_site) == sections(site)


def test_the_sitemap_is_the_same_from_zensical(site: Path, next_site: Path) -> None:
    def entries(folder: Path) -> list[list[str | None]]:
        urls = ElementTree.parse(folder / "sitemap.xml").getroot()
        return [[part.text for part in url] for url in urls]

    assert entries(next_site) == entries(site)


def test_every_other_file_is_the_same_from_zensical(site: Path, next_site: Path) -> None:
    def said(file: Path) -> bytes:
        # The worker's digests are those of the pages and of the index, compared above.
        return re.sub(rb"sha256-[^\"]+", b"", file.read_bytes())

    compared = 0
    for path, file in files_of(site).items():
        if not path.endswith((".html", ".json", ".xml", ".xml.gz")):
            assert said(next_site / path) == said(file), path
            compared += 1
    assert compared > 20
