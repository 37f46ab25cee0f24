"""The site checker on made-up input: nothing stops it, and one fault is one line."""

import json
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import check_site
import pytest
from checker.rules import Site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_check_site import CANONICAL, FAULTS, OTHER_FILES

SLOW = settings(
    max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(scope="module", autouse=True)
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Go where no settings are."""
    with chdir(tmp_path_factory.mktemp("away")):
        yield


def check(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Check a site of the given files; return its problems."""
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as out:
        for name, content in files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        check_site.main([folder, "--format", "json", "--docs", folder])
    problems: list[dict[str, Any]] = json.loads(out.getvalue())["problems"]
    return problems


# What pages, sheets and data are made of, whole and broken.
PIECES = [
    *(
        "<a href=",
        "<img srcset=",
        "<base href=",
        "<link rel=canonical href=",
        "<map name=",
        "<p style=",
    ),
    *("<meta http-equiv=refresh content=", "<iframe srcdoc=", "<h2 id=a>", "<style>", "</style>"),
    *(
        "<script type=application/ld+json>",
        "</script>",
        "<svg>",
        "<use xlink:href=#a />",
        "<template>",
    ),
    *(
        "<table>",
        "<frameset>",
        "<noscript>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<plaintext>",
        "<math>",
    ),
    *("url(", "image-set(", "@import ", '{"docs": [{"location": "', '"icons": ', "<loc>", "</loc>"),
    *"'\">/\\#?%{}[](),;&\0\ufeffé",
    *("%2F", "%00", "%2e%2e", "../", "//", "http://", "https://[", "mailto:", "&amp;", "&#xD800;"),
    *("--8<--", "[^1]", "][", "1x", "a", "b", "x"),
]
SOUP = st.lists(st.sampled_from([*PIECES, " ", "\n"]) | st.text(max_size=5), max_size=30)
CONTENT = SOUP.map(lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")) | st.binary()
NAMES = (
    "a/index.html b.htm c.svg d.css e.js sitemap.xml manifest.json f.webmanifest "
    "search/search_index.json index.md a.md g.png"
)


@SLOW
@given(
    st.fixed_dictionaries({"index.html": CONTENT}, optional=dict.fromkeys(NAMES.split(), CONTENT))
)
def test_no_content_of_a_site_makes_it_fail(files: dict[str, bytes]) -> None:
    for problem in check(files):
        assert problem["level"] in ("error", "warning")
        assert problem["why"]


@SLOW
@given(st.text(max_size=40) | SOUP.map("".join))
def test_no_canonical_address_and_no_site_address_makes_it_fail(url: str) -> None:
    page = f'<link rel="canonical" href="{url}"><a href="{url}">'.encode("utf-8", "surrogatepass")
    check({"index.html": page})
    with TemporaryDirectory() as folder:
        Path(folder, "index.html").touch()
        try:
            found = check_site.read_site(Path(folder), url, check_site.Settings())
        except check_site.WrongCall as wrong:
            assert "is no address of a site" in str(wrong)
        else:
            assert isinstance(found, Site)
            assert found.address.startswith("http")


APART = sorted(kind for kind in FAULTS if "base" not in kind)


def healthy(kinds: list[str]) -> dict[str, bytes]:
    """Return a site without a fault that has a page for the healthy twin of each given kind."""
    pages = {f"p{number}.html": FAULTS[kind][2] for number, kind in enumerate(kinds)}
    about = {"about/index.html": "<h2 id=why-me>Why?</h2>", "plain.html": ""}
    files = {"index.html": CANONICAL, **about, **pages, **OTHER_FILES}
    links = "".join(f'<a href="/calf/{name}"></a>' for name in files)
    return {name: text.encode() for name, text in {**files, "404.html": links}.items()}


@SLOW
@given(st.lists(st.sampled_from(APART), max_size=8), st.sampled_from(APART), st.integers(0, 8))
def test_one_fault_planted_into_a_healthy_site_adds_exactly_one_line(
    kinds: list[str], fault: str, place: int
) -> None:
    site = healthy(kinds)
    assert check(site) == []
    name = ["plain.html", "index.html", *(f"p{n}.html" for n in range(len(kinds)))][
        place % (len(kinds) + 2)
    ]
    # A page of its own, so that what its twin leaves open does not swallow it.
    site[name] = (CANONICAL if name == "index.html" else "").encode() + FAULTS[fault][0].encode()
    assert len(check(site)) == 1


@pytest.mark.parametrize("make", [str.upper, str.title], ids=["upper", "title"])
def test_tags_and_attributes_may_be_written_in_any_case(make: Callable[[str], str]) -> None:
    page = f'<{make("a")} {make("href")}="gone/"><{make("img")} {make("srcset")}="x.png 2x">'
    found = check({"index.html": page.encode()})
    assert [one["url"] for one in found] == ["gone/", "x.png"]
