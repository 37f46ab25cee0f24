"""The drawings: files, descriptions, proportions, and pages."""

import cmath
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from front_matter import DOCS, PAGE_NAMES
from main_text import Block, parsed, reading_grade, sentences, the_one, word_count, words_of
from turbohtml import Document
from turbohtml import Element as Html

FOLDER = DOCS / "figures"
FIGURES = sorted(file.stem for file in FOLDER.glob("*.svg"))
CHARTS = [figure for figure in FIGURES if figure.startswith("chart-")]
DRAWN_PAGES = ("index", "safety", "find-the-spot", "release", "faq", "research", "handout")

LONGEST_SENTENCE = 20
DRAWING_GRADE = 6.0
CHART_GRADE = 8.0

# Parts of body height, from the textbook that CONTRIBUTING.md names.
BONES = {
    ("hip", "knee"): 0.245,
    ("knee", "ankle"): 0.246,
    ("shoulder", "elbow"): 0.186,
    ("elbow", "wrist"): 0.146,
    ("back", "neck"): 0.288,
}
PEOPLE = ("chair", "seat", "floor", "sit-to-stand", "step-down", "knee-to-wall")
CLOSE_UPS = ("landmark", "settle", "drift", "pin-and-move")
HEIGHT = {**dict.fromkeys(PEOPLE, 300), **dict.fromkeys(CLOSE_UPS, 860)}

NUMBER = re.compile(r"\d+(?:\.\d+)?")

figures = pytest.mark.parametrize("figure", FIGURES)


@cache
def drawing(figure: str) -> Element:
    """Return the root of a file's drawing, its tags without the namespace."""
    root = ElementTree.parse(FOLDER / f"{figure}.svg").getroot()
    for element in root.iter():
        element.tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
    return root


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def kinds(element: Element) -> list[str]:
    return element.get("class", "").split()


@figures
def test_a_drawing_has_names_of_its_own_and_its_looks_from_the_style_sheets(figure: str) -> None:
    root = drawing(figure)
    title, desc, *_ = root
    assert (root.tag, title.tag, desc.tag) == ("svg", "title", "desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{figure}-title {figure}-desc"
    assert (title.get("id"), desc.get("id")) == (f"{figure}-title", f"{figure}-desc")
    assert "" not in (words(title), words(desc))
    assert words(title) != words(desc)
    ids = [element.get("id", figure) for element in root.iter()]
    assert not [name for name in ids if not f"{name}-".startswith(f"{figure}-")]
    # Style attributes and scripts, in turn, break the content policy.
    assert not {"style", "image", "foreignObject", "animate", "set", "a"} & {element.tag for element in root.iter()}
    colours = [(e.tag, name, e.get(name, "url(#")) for e in root.iter() for name in ("fill", "stroke")]
    assert not [colour for colour in colours if not colour[2].startswith("url(#")]


def test_descriptions_have_short_sentences_and_are_easy_to_read() -> None:
    faults = []
    for figure in FIGURES:
        described = words(drawing(figure)[1])
        long = [text for text in sentences(described) if word_count(text) > LONGEST_SENTENCE]
        faults += [f"{figure}: {word_count(text)} words: {text}" for text in long]
        grade = reading_grade([Block("desc", described)])
        allowed = CHART_GRADE if figure in CHARTS else DRAWING_GRADE
        if grade > allowed:
            faults.append(f"{figure}: reading grade {grade:.1f}, at most {allowed}")
    assert not faults, "\n".join(faults)


def test_views_of_the_body_are_labelled_as_simplified() -> None:
    for figure in ("spot", "anatomy"):
        assert "Simplified, not to scale" in " ".join(map(words, drawing(figure).iter("text"))), figure


def moved(transform: str) -> tuple[complex, complex]:
    """Return a transform as the complex numbers that it multiplies by and adds."""
    turn, shift = 1 + 0j, 0j
    for name, given in re.findall(r"(\w+)\(([^)]*)\)", transform):
        first, *rest = (float(number) for number in re.split(r"[\s,]+", given.strip()))
        if name == "translate":
            shift += turn * complex(first, *rest)
        elif name == "rotate" and not rest:
            turn *= cmath.rect(1, math.radians(first))
        elif name == "scale" and not rest:
            turn *= first
        else:
            raise AssertionError(f"cannot read {transform}")
    return turn, shift


def bones(
    group: Element, joint: str = "", there: complex = 0, turn: complex = 1, shift: complex = 0
) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield each pair of nested joints, and how far apart they are drawn."""
    for child in group.findall("g"):
        by, to = moved(child.get("transform", ""))
        here = shift + turn * to
        if name := child.get("data-joint"):
            yield (joint, name), abs(here - there)
            yield from bones(child, name, here, turn * by, here)
        else:
            yield from bones(child, joint, there, turn * by, here)


@figures
def test_limbs_have_human_proportions(figure: str) -> None:
    found = list(bones(drawing(figure)))
    assert bool(found) == (figure in HEIGHT)
    limbs = [(pair, length) for pair, length in found if pair[0]]
    if figure in HEIGHT:
        assert {pair for pair, _ in limbs} == (set(BONES) if figure in PEOPLE else {("knee", "ankle")})
    for pair, length in limbs:
        assert length == pytest.approx(BONES[pair] * HEIGHT[figure], rel=0.01), pair


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


def box(bar: Element) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom of a bar: a rectangle, or an outline MxyhwvhHx."""
    if bar.tag == "rect":
        x, y, width, height = (float(bar.get(of, "0")) for of in ("x", "y", "width", "height"))
    else:
        x, y, width, height, *_ = numbers(bar.get("d", ""))
    return x, x + width, y, y + height


def chart_faults(root: Element) -> list[str]:
    """Return each bar, tick and range that is not where its number puts it."""
    axis = next(e for e in root.iter() if "cr-axis" in kinds(e) and "v" in e.get("d", ""))
    marks = [numbers(mark) for mark in axis.get("d", "").split("M")[1:]]
    zero, level = marks[0][:2]
    labels = [
        (float(text.get("x", "0")), float(text.get("y", "0")), words(text))
        for text in root.iter("text")
        if re.fullmatch(rf"{NUMBER.pattern}%?", words(text))
    ]
    ticks = sorted((x, numbers(text)[0]) for x, y, text in labels if y > level)
    places = [zero, *(mark[0] for mark in marks[1:])]
    unit = (places[-1] - zero) / ticks[-1][1]
    faults = []
    for place, (_, value) in zip(places, ticks, strict=True):
        if abs(place - zero - value * unit) > 1:
            faults.append(f"tick {value} at {place}")
    unread = [(y, numbers(text)[0]) for _, y, text in labels if y <= level]
    for bar in root.iter():
        if not {"cr-bar", "cr-bar-pain"} & set(kinds(bar)):
            continue
        left, right, top, bottom = box(bar)
        beside = [(y, value) for y, value in unread if top <= y <= bottom]
        unread = [found for found in unread if found not in beside]
        # An outline is drawn inside of its length by half of its stroke.
        if len(beside) != 1 or abs(right - zero - beside[0][1] * unit) > 1.3:
            faults.append(f"bar from {left} to {right} for {beside}")
        if abs(left - zero) > 1.3:
            faults.append(f"bar from {left}, not from zero")
    faults += [f"{value} has no bar" for _, value in unread]
    for text in root.iter("text"):
        beside_bar = float(text.get("x", "0")) > zero
        if beside_bar and re.fullmatch(rf"{NUMBER.pattern} to {NUMBER.pattern}", words(text)):
            lines = [e.get("d", "") for e in root.iter("path") if "cr-line" in kinds(e)]
            ends = [float(x) for line in lines for x in re.findall(r"[MH]([\d.]+)", line)]
            if [min(ends), max(ends)] != pytest.approx([zero + value * unit for value in numbers(words(text))], abs=1):
                faults.append(f"{words(text)} from {min(ends)} to {max(ends)}")
    return faults


@pytest.mark.parametrize("chart", CHARTS)
def test_bars_are_as_long_as_their_numbers_which_the_description_gives(chart: str) -> None:
    assert not chart_faults(drawing(chart))
    shown = [words(t) for t in drawing(chart).iter("text") if "cr-bold" in kinds(t)]
    described = numbers(words(drawing(chart)[1]))
    assert {number for text in shown for number in numbers(text)} <= set(described)


def drawn(tree: Document) -> list[tuple[str, Html]]:
    """Return each figure of a page with the name of its drawing."""
    return [
        ((svg.attr("aria-labelledby") or "").split("-title ")[0], figure)
        for figure in tree.select("figure.cr-figure")
        for svg in figure.select("svg")
    ]


def test_every_drawing_is_on_a_page_and_each_teaching_page_has_one(site: Path) -> None:
    seen = {name for page in PAGE_NAMES for name, _ in drawn(parsed(site, page))}
    assert FIGURES
    assert seen == set(FIGURES)
    assert not [page for page in DRAWN_PAGES if not drawn(parsed(site, page))]
    assert not [file for file in site.rglob("*.svg") if file.stem in FIGURES]


def test_every_figure_is_one_drawing_with_a_caption_of_its_own(site: Path, name: str) -> None:
    tree = parsed(site, name)
    # In a step, and at the top of the home page, the words beside it say what a caption would.
    told = tree.select(".cr-step figure, h1 ~ ul + figure")
    for figure in tree.select("figure.cr-figure"):
        assert len(figure.select("svg")) == 1, figure.html
        if figure in told and not figure.select("figcaption"):
            continue
        caption = words_of(the_one(figure, "figcaption"))
        assert caption
        assert caption not in [words_of(node) for node in figure.select("svg > title, svg > desc")]
    for drawing_name, figure in drawn(tree):
        if drawing_name in CHARTS:
            assert figure.select("figcaption a[href*='#ref-']"), f"{drawing_name} names no source"
    # Any other drawing is an ornament, which screen readers skip.
    shown = len(tree.select("article svg[role=img]")) - len(tree.select("[aria-hidden=true] svg[role=img]"))
    assert shown == len(tree.select("figure.cr-figure"))
