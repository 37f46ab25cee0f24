"""The site checker resolves addresses as a browser does: held against the browser's own URL."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from checker.pages import Link
from checker.rules import Site, check_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

MANY = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,  # browsers differ from the standard here and there; see below
    # One page serves all examples, one folder is written anew for each.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HOME = "https://example.org/calf/"
RESOLVED = """([address, base]) => {
  try {
    const {protocol, host, pathname, hash, href} = new URL(address, base);
    return {protocol, host, pathname, hash, href};
  } catch { return null; }
}"""
PIECES = [
    *("a", "b/", "about/", "../", "..", ".", "./", "/", "//", "\\", ":", "#", "?", "@", "%", "&"),
    *(
        "%2e",
        "%2E%2e",
        "%2f",
        "%00",
        "%41",
        "%c3%a9",
        "é",
        "ü.example",
        "[::1]",
        "x.org",
        ":80",
        ":x",
    ),
    *(
        "http:",
        "HTTPS://",
        "https://example.org/calf/",
        "//example.org/",
        "mailto:",
        "data:",
        "#top",
    ),
    *("xn--bcher-kva.example", "127.1", "0x7f.1", "1.2.3.999", " ", "\t", "\n", "^", "|", "{", '"'),
]
ADDRESSES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=6).map("".join)


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """Return a page that only resolves addresses."""
    page = browser.new_page()
    yield page
    page.close()


def resolved(page: Page, url: str, base: str) -> dict[str, str] | None:
    """Return the parts of an address as the browser resolves it, or nothing."""
    found: dict[str, str] | None = page.evaluate(RESOLVED, [url, base])
    return found


@MANY
@given(ADDRESSES, st.sampled_from(["", "a/", "a/b/c.html"]))
def test_every_address_leads_where_a_browser_goes(blank: Page, url: str, name: str) -> None:
    site = Site("", {}, HOME)
    goal = site.resolve(site.home + name, Link(url, "a href"))
    found = resolved(blank, url, HOME + name)
    if found is None:
        assert goal.why == "this is not an address"
    elif re.search(r"[\s<>^|%]", unquote(found["host"])):
        # Chromium takes hosts that the standard forbids.
        assert goal.why in ("", "this is not an address")
    elif found["protocol"] not in ("http:", "https:"):
        assert (goal.file, goal.outside) == ("", "")
    elif re.search(r"^\.|\.\.|^[^.]{64}|:0$", found["host"]):
        assert goal.kind == "address"  # the browser takes it, but there is nobody to ask
    elif found["host"] != "example.org":
        # The standard came to escape ^ in paths; not every reader of it does so already.
        assert unquote(goal.outside) == unquote(found["href"].partition("#")[0])
    elif not f"{found['pathname']}/".startswith("/calf/"):
        # Out of the site by its own words, or another site of the same host.
        assert goal.kind in ("outside", "address") or goal.outside
    elif goal.kind not in ("outside", "address"):
        assert goal.path == unquote(found["pathname"][6:], errors="surrogateescape")
        assert goal.fragment == found["hash"][1:]


FILES = ["index.html", "a/index.html", "a/b/index.html", "b.html", "a/b.c", "a.b/c~d"]
SIMPLE = st.lists(
    st.sampled_from(
        ["../", "./", "a/", "b/", "a", "b", ".html", ".c", ".b/", "c~d", "index", "#x", "/"]
    ),
    max_size=6,
).map("".join)


@MANY
@given(SIMPLE, st.sampled_from(["index.html", "a/index.html", "a/b/index.html", "b.html"]))
def test_the_short_way_of_plain_addresses_ends_where_the_long_way_does(
    blank: Page, tmp_path: Path, url: str, name: str
) -> None:
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    (tmp_path / name).write_text(f'<a href="{url}">')
    site = Site(str(tmp_path), dict.fromkeys(FILES, 0), HOME)
    kinds = {one.kind for one in check_files(site, [name]).problems if one.level == "error"}
    found = resolved(blank, url, HOME + name)
    if found is None:
        assert kinds == {"address"}
    elif found["host"] != "example.org":
        assert kinds == set()
    elif "outside" not in kinds:
        assert kinds == (set() if site.served(found["pathname"][6:]) else {"file"})
    else:  # a browser stays at the root, where the checker says that the address climbs above it
        assert not found["pathname"].startswith("/calf/") or url.count("..") > name.count("/") + 1
