"""The QR codes that docs/js/qr.js makes, held to two other encoders and read by a decoder."""

import base64
import re
from itertools import product
from random import Random
from typing import NamedTuple
from urllib.parse import quote

import pytest
import segno
import zxingcpp
from conftest import PAGE_NAMES
from playwright.sync_api import Browser, Error, Page

MARGIN = 4
# The standard's table 7: how many bytes a version holds at level M, from version 1 on.
ROOM = [*(14, 26, 42, 62, 84, 106, 122, 152, 180, 213), *(251, 287, 331, 362, 412, 450, 504, 560, 624, 666)]

SITES = [
    "http://localhost:8000/",
    "https://calf.example/",
    "https://someone.github.io/calf-release/",
    "https://patients.physiotherapy-department.long-name-of-a-hospital.example.org.uk/calf-release/",
]
PLANS = [
    f"side={side}&position={position}&tool={tool}&rounds={rounds}&seconds={seconds}&days=7&weeks=2"
    for side, position, tool, rounds, seconds in product(
        ("left", "right", "both"),
        ("chair", "seat", "floor"),
        ("hands", "ball", "towel", "roller"),
        range(1, 4),
        range(30, 121, 15),
    )
]
# A code of the standard's own maker takes a tenth of a second, so few stand for many.
PLAN_LINKS = [f"{SITES[i % 4]}release/#{plan}" for i, plan in enumerate(PLANS[::33])]
LONGEST_PLAN_LINK = f"{SITES[-1]}release/#{max(PLANS, key=len)}"

ADDRESSES = [
    *(f"{SITES[i % 4]}{name}/{'#top' * (i % 2)}" for i, name in enumerate(PAGE_NAMES)),
    # These could be written shorter than in bytes, and must not be.
    "0123456789",
    "HTTPS://CALF.EXAMPLE/",
    # Every kind of byte that ASCII has.
    "".join(map(chr, range(128))),
]

NOT_ASCII = [
    site + form(path) + plan
    for site in ("https://calf.example/", "https://wädli.example/", "https://ふくらはぎ.example/")
    for path in ("genou/étirer/", "колено/", "膝の痛み/", "🦵/")
    for form in (str, quote)
    for plan in ("", f"#{PLANS[0]}")
]

CHANCE = Random(18004)
LENGTHS = (*range(1, 107, 7), *range(107, 667, 80))
NOISE = ["".join(chr(CHANCE.randrange(32, 127)) for _ in range(length)) for length in LENGTHS]

AROUND_EVERY_VERSION = [
    (PLAN_LINKS[length % len(PLAN_LINKS)] * 20)[:length] for room in ROOM for length in (room, min(room + 1, ROOM[-1]))
]

# What is drawn and read back, too.
PICTURED = ["a", SITES[2], PLAN_LINKS[2], LONGEST_PLAN_LINK, NOT_ASCII[0], NOT_ASCII[-2], "b" * 666]

TEXTS = ["", *PLAN_LINKS, *ADDRESSES, *NOT_ASCII, *NOISE, *AROUND_EVERY_VERSION, *PICTURED]

MADE = """async texts => {
  const { matrix, path } = await import(location);
  return texts.map(text => {
    const made = matrix(text);
    return [made.map(row => row.join("")).join("\\n"), path(made)];
  });
}"""


class Code(NamedTuple):
    """What the site makes of a text: modules as 0 and 1, a row on each line, and the path that draws them."""

    rows: str
    path: str


@pytest.fixture(scope="module")
def codes(browser: Browser, url: str) -> dict[str, Code]:
    """Return the site's code of each text: all are made in one go, which takes a while."""
    page = browser.new_page()
    # Any page of the site may import the module; its own file is the smallest.
    page.goto(f"{url}js/qr.js")
    made: list[list[str]] = page.evaluate(MADE, TEXTS)
    page.close()
    return {text: Code(*one) for text, one in zip(TEXTS, made, strict=True)}


@pytest.fixture(autouse=True)
def padding_as_in_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a fault out of segno 1.6.6: it begins the padding a word too late.

    It fills the last word up also when that word is full, as it always is in bytes mode:
    https://github.com/heuer/segno/issues/123. The standard (7.4.10) has nothing there.
    """
    monkeypatch.setattr("segno.encoder.write_padding_bits", lambda *_: None)


def standard_rows(text: str) -> str:
    """Return segno's code in the form of `Code.rows`.

    It is told the encoding for the bytes alone: without `eci=True`, the code does not name it.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False, mode="byte", encoding="utf-8")
    return "\n".join("".join(map(str, row)) for row in code.matrix)


def test_every_code_is_the_one_that_the_standard_asks_for(codes: dict[str, Code]) -> None:
    wrong = [text for text, code in codes.items() if code.rows != standard_rows(text)]
    assert not wrong, f"{len(wrong)} of {len(codes)}, such as {wrong[0]!r}"
    # The texts need every version and every mask.
    sizes = {code.rows.index("\n") for code in codes.values()}
    assert sizes == {17 + 4 * version for version in range(1, 21)}
    # The format beside the first corner gives the mask.
    assert len({code.rows.split("\n")[8][2:5] for code in codes.values()}) == 8


def test_a_text_that_does_not_fit_is_refused_in_a_sentence(page: Page, url: str) -> None:
    page.goto(f"{url}js/qr.js")
    for text in ("a" * 667, "é" * 334, "a" * 100_000):
        with pytest.raises(Error, match=r"RangeError: This link is too long for a QR code\.\n"):
            page.evaluate(MADE, [text])


@pytest.mark.parametrize("text", PICTURED, ids=len)
def test_the_path_draws_each_dark_module_once(codes: dict[str, Code], text: str) -> None:
    code = codes[text]
    # Each run of dark modules is drawn once, from left to right and back.
    drawn = [
        f"M{run.start() + MARGIN} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(code.rows.split("\n"), MARGIN)
        for run in re.finditer("1+", row)
    ]
    assert code.path == "".join(drawn)


def read(page: Page, picture: bytes) -> list[zxingcpp.Barcode]:
    """Return the codes that a decoder finds in a PNG file."""
    # The browser opens the file, so that the tests need no package for pictures.
    width, grey = page.evaluate(
        """async file => {
             const bytes = Uint8Array.from(atob(file), sign => sign.charCodeAt(0));
             const image = await createImageBitmap(new Blob([bytes]));
             const canvas = new OffscreenCanvas(image.width, image.height);
             const context = canvas.getContext("2d");
             context.filter = "grayscale(1)";
             context.drawImage(image, 0, 0);
             const { data } = context.getImageData(0, 0, image.width, image.height);
             let grey = "";
             for (let i = 0; i < data.length; i += 4) grey += String.fromCharCode(data[i]);
             return [image.width, btoa(grey)];
           }""",
        base64.b64encode(picture).decode(),
    )
    pixels = base64.b64decode(grey)
    rows = len(pixels) // width
    # Words and lines of a page may look like a code of another kind.
    kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return zxingcpp.read_barcodes(memoryview(pixels).cast("B", (rows, width)), formats=kind)


def test_a_decoder_reads_a_small_picture_of_the_code(page: Page, codes: dict[str, Code]) -> None:
    looks = [("black", 0), ("#0b3d38", 90), ("#5b1a1a", 8)]
    for text, (ink, turn) in product(PICTURED, looks):
        code = codes[text]
        units = code.rows.index("\n") + 2 * MARGIN
        page.set_content(
            f'<body style="margin: 9em"><svg viewBox="0 0 {units} {units}" width="{3 * units}"'
            f' style="display: block; rotate: {turn}deg"><path fill="{ink}" d="{code.path}"/></svg>'
        )
        found = read(page, page.locator("svg").screenshot())
        assert [(one.text, one.ec_level) for one in found] == [(text, "M")]
        assert found[0].symbology == zxingcpp.BarcodeFormat.QRCode
