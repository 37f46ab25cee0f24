"""What a shared link, a search engine and a phone learn of each page."""

import json
import re
import struct
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import SETTINGS, Builder
from front_matter import PAGE_NAMES, ROOT, front_matter_of
from main_text import parsed, the_one, words_of, words_of_first
from turbohtml import Document, parse

SITE_URL: str = SETTINGS["site_url"]
SITE_NAME = "Calf release for knee pain"
HEAVIEST_PICTURE = 300_000

Tree = Document


def address_of(name: str) -> str:
    return SITE_URL if name == "index" else f"{SITE_URL}{name}/"


def content(tree: Tree, attribute: str, value: str) -> str:
    """Return what the one meta tag of a kind says.

    Raises:
        AssertionError: There is none, or more than one, or it is empty.
    """
    found = tree.select(f'head meta[{attribute}="{value}"]')
    assert len(found) == 1, f"{len(found)} tags of {value}"
    said = found[0].attr("content") or ""
    assert said, f"{value} is empty"
    return said


def structured(tree: Tree) -> dict[str, dict[str, Any]]:
    """Return the page's data for search engines, by type."""
    texts = [script.text for script in tree.select('script[type="application/ld+json"]')]
    items = [item for text in texts for item in as_list(json.loads(text))]
    return {item["@type"]: item for item in items}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def png_size(picture: bytes) -> tuple[int, int]:
    """Return width and height from a PNG's first chunk.

    Raises:
        ValueError: It is no PNG.
    """
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_the_sitemap_lists_every_page_and_nothing_else(site: Path) -> None:
    sitemap = parse((site / "sitemap.xml").read_text(encoding="utf-8"))
    listed = [entry.text.strip() for entry in sitemap.select("loc")]
    assert sorted(listed) == sorted(map(address_of, PAGE_NAMES))


def test_the_sitemap_dates_each_page_by_its_review(site: Path) -> None:
    sitemap = parse((site / "sitemap.xml").read_text(encoding="utf-8"))
    dates = {
        words_of_first(entry, "loc"): words_of_first(entry, "lastmod")
        for entry in sitemap.select("url")
    }
    assert dates == {
        address_of(name): str(front_matter_of(name)["reviewed"]) for name in PAGE_NAMES
    }


def test_every_page_has_the_title_of_its_front_matter_and_one_main_heading(
    site: Path, name: str
) -> None:
    tree, said = parsed(site, name), front_matter_of(name)["title"]
    title = said if name == "index" else f"{said} - {SITE_NAME}"
    assert [words_of(found) for found in tree.select("head title")] == [title]
    assert len(tree.select("h1")) == 1


def test_no_two_pages_have_the_same_title(site: Path) -> None:
    counts = Counter(words_of_first(parsed(site, name), "title") for name in [*PAGE_NAMES, "404"])
    assert not [title for title, count in counts.items() if count > 1]


def test_every_page_describes_itself_and_knows_its_own_address(site: Path, name: str) -> None:
    tree, said = parsed(site, name), front_matter_of(name)
    assert content(tree, "name", "description") == said["description"]
    assert content(tree, "property", "og:title") == said["title"]
    assert content(tree, "property", "og:description") == said["description"]
    assert content(tree, "property", "og:type") in ("website", "article")
    assert content(tree, "name", "twitter:card") == "summary_large_image"
    assert content(tree, "property", "og:url") == address_of(name)
    canonical = [link.attr("href") for link in tree.select("link[rel=canonical]")]
    assert canonical == [address_of(name)]


def test_no_page_sends_its_reader_or_word_of_a_click_elsewhere(site: Path) -> None:
    # The policy and the browser's tests prove the rest; these no policy stops.
    barred = "[ping], meta[http-equiv=refresh i], link:is([rel*=preconnect], [rel*=dns-prefetch])"
    for name in [*PAGE_NAMES, "404"]:
        assert not parsed(site, name).select(barred), name


def test_every_page_has_a_share_picture_that_exists(site: Path, name: str) -> None:
    tree = parsed(site, name)
    address = content(tree, "property", "og:image")
    assert address.startswith(SITE_URL), address
    picture = (site / address.removeprefix(SITE_URL)).read_bytes()
    assert png_size(picture) == (1200, 630)
    assert len(picture) < HEAVIEST_PICTURE
    assert content(tree, "property", "og:image:width") == "1200"
    assert content(tree, "property", "og:image:height") == "630"
    assert content(tree, "name", "twitter:image") == address
    alternative = content(tree, "property", "og:image:alt")
    assert content(tree, "name", "twitter:image:alt") == alternative
    assert len(alternative) >= 20


def test_every_page_has_icons_and_colours_for_a_phone(site: Path, name: str) -> None:
    tree = parsed(site, name)
    media = sorted(
        meta.attr("media") or "" for meta in tree.select('head meta[name="theme-color"]')
    )
    assert media == ["(prefers-color-scheme: dark)", "(prefers-color-scheme: light)"]
    folder = site if name == "index" else site / name
    for kind in ("icon", "apple-touch-icon"):
        icons = tree.select(f'head link[rel="{kind}"]')
        assert icons, f"no {kind}"
        for icon in icons:
            assert (folder / (icon.attr("href") or "none")).is_file(), icon.html


def test_the_colour_round_the_page_is_that_of_its_paper(site: Path) -> None:
    style = (ROOT / "docs/css/tokens.css").read_text("utf-8")
    pair = re.search(r"--cr-paper: var\(--cr-light, (#\w+)\) var\(--cr-dark, (#\w+)\)", style)
    assert pair
    metas = parsed(site, "index").select('head meta[name="theme-color"]')
    assert [meta.attr("content") for meta in metas] == [pair[1], pair[2]]


def test_the_touch_icon_is_a_square_png(site: Path) -> None:
    icon = the_one(parsed(site, "index"), 'link[rel="apple-touch-icon"]')
    assert png_size((site / (icon.attr("href") or "")).read_bytes()) == (180, 180)


def test_data_for_search_engines_is_true(site: Path, name: str) -> None:
    page, said = structured(parsed(site, name))["MedicalWebPage"], front_matter_of(name)
    assert page["url"] == address_of(name)
    assert page["name"] == said["title"]
    assert page["description"] == said["description"]
    assert page["lastReviewed"] == str(said["reviewed"])
    assert page["dateModified"] == str(said["reviewed"])
    # Nobody with a clinician's training has reviewed the page.
    assert not {"reviewedBy", "aggregateRating", "review"} & set(page)


def test_breadcrumbs_lead_from_the_home_page_to_the_page(site: Path, name: str) -> None:
    found = structured(parsed(site, name)).get("BreadcrumbList")
    if name == "index":
        assert found is None
    else:
        assert found is not None
        items = found["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        assert [item["item"] for item in items] == [SITE_URL, address_of(name)]
        assert items[-1]["name"] == front_matter_of(name)["title"]


def test_every_page_shows_its_dates(site: Path, name: str) -> None:
    shown = [time.attr("datetime") for time in parsed(site, name).select("article time")]
    said = front_matter_of(name)
    assert [str(said["reviewed"]), str(said["review_due"])] == shown[-2:]


def test_a_page_says_from_the_day_after_that_its_review_is_overdue(build: Builder) -> None:
    due = front_matter_of("safety")["review_due"]
    for day, overdue in ((due, False), (due + timedelta(days=1), True)):
        built = build(BUILD_DATE=day.strftime("%Y%m%d"))
        end = words_of_first(parsed(built, "safety"), ".cr-page-end")
        assert ("This page was due for review on" in end) == overdue
        assert ("Next review:" in end) != overdue


def test_an_address_that_does_not_exist_is_not_listed(site: Path) -> None:
    tree = parsed(site, "404")
    assert content(tree, "name", "robots") == "noindex"
    assert not structured(tree)
