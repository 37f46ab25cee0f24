"""What a browser can tell about drawings: where shapes lie, and what stands out."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeVar

from measures import luminance
from playwright.sync_api import Page

T = TypeVar("T")
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

DRAWN = """
const drawing = name => document.querySelector(`svg[aria-labelledby^="${name}-title "]`);
const drawings = [...document.querySelectorAll(".cr-figure svg")];
const named = svg => svg.querySelector("title").id.replace("-title", "");
const into = (frame, element) => frame.getScreenCTM().inverse().multiply(element.getScreenCTM());
// Every shape in an element, what it uses included, each with its way into a frame.
const shapes = (element, frame, way = into(frame, element)) => {
  if (element.localName === "use") return shapes(document.querySelector(element.getAttribute("href")), frame, way);
  if (element instanceof SVGGeometryElement) return [[element, way]];
  return [...element.children].flatMap(child => child instanceof SVGGraphicsElement
    ? shapes(child, frame, way.multiply(into(element, child))) : []);
};
// Points along a shape, two units apart at most; kept, as the browser takes its time.
const known = window.known ??= new Map();
const along = shape => {
  if (!known.has(shape)) {
    const length = shape.getTotalLength(), count = Math.max(30, Math.ceil(length / 2));
    known.set(shape, Array.from({length: count + 1}, (_, step) => shape.getPointAtLength(length * step / count)));
  }
  return known.get(shape);
};
// Points along the outlines of elements, in the drawing's units or another frame's.
const outline = (elements, frame) => [elements].flat().flatMap(element =>
  shapes(element, frame ?? element.ownerSVGElement)
    .flatMap(([shape, way]) => along(shape).map(point => point.matrixTransform(way))));
const part = (figure, name, frame) => outline([...drawing(figure).querySelectorAll(`[data-part=${name}]`)], frame);
const at = (points, level) => points.filter(({x}) => Math.abs(x - level) < 1.5);
const xs = points => points.map(({x}) => x);
const ys = points => points.map(({y}) => y);
const ends = values => [Math.min(...values), Math.max(...values)];
const distance = (some, others) =>
  Math.min(...some.flatMap(one => others.map(other => Math.hypot(one.x - other.x, one.y - other.y))));
const rgb = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255);
const hide = part => { part.style.visibility = "hidden"; };
const bare = part => { part.style.stroke = "none"; };
"""
# Each line's name, colour and points, without what is cut off or lies under something else.
LINES = """
const kinds = ["line", "fine", "cross", "no-go", "arrow", "ring", "nerve", "axis"];
const drawn = kinds.map(kind => `.cr-${kind}, .cr-${kind} *`).join();
return drawings.flatMap(svg => [...svg.querySelectorAll(drawn)]
  .filter(line => line instanceof SVGGeometryElement && !line.closest("defs"))
  .map(line => {
    const way = line.getScreenCTM(), length = line.getTotalLength();
    return {
      name: `${named(svg)}: ${line.outerHTML.replace(/ xmlns="[^"]*"/, "").slice(0, 60)}`,
      colour: rgb(getComputedStyle(line).stroke),
      points: Array.from({length: 12}, (_, n) => line.getPointAtLength(length * (n + 0.5) / 12).matrixTransform(way))
        .filter(({x, y}) => {
          const hit = document.elementFromPoint(x, y);
          return hit === line || hit?.localName === "use" && line.closest(hit.getAttribute("href"));
        }).map(({x, y}) => [x, y]),
    };
  }));
"""


def draw(page: Page, body: str, argument: Any = None) -> Any:
    """Run the body of a function, with the names above and `argument`, in the page."""
    return page.evaluate("argument => {" + DRAWN + body + "}", argument)


def names(page: Page) -> list[str]:
    found: list[str] = draw(page, "return drawings.map(named);")
    return found


@cache
def lightness(colour: int) -> float:
    red, green, blue = colour.to_bytes(3, "big")
    return luminance((red / 255, green / 255, blue / 255))


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def labels(page: Page) -> list[dict[str, Any]]:
    """Return each label's drawing, words, size, colours, and where it and its frame are."""
    found: list[dict[str, Any]] = draw(
        page,
        """
        const box = ({left, top, right, bottom}) => [left, top, right, bottom];
        const frame = element => element.closest("figure > div").getBoundingClientRect();
        // What lies whole outside of the frame is cut off on purpose.
        const shown = svg => [...svg.querySelectorAll("text")].filter(text =>
          text.checkVisibility() && text.getBoundingClientRect().top < frame(text).bottom);
        return drawings.flatMap(svg => shown(svg).map(text => {
          const {fontSize, textAnchor} = getComputedStyle(text);
          const {x, y, width, height} = text.getBBox(), seen = text.getBoundingClientRect();
          const wider = 0.08 * width;
          const left = x - {start: 0, middle: wider / 2, end: wider}[textAnchor];
          const {width: right, height: bottom} = svg.viewBox.baseVal;
          return {
            drawing: named(svg),
            name: `${named(svg)}: ${text.textContent}`,
            size: parseFloat(fontSize) * text.getScreenCTM().a,
            // Where its letters are, in the drawing, in a face 8 % wider than this one.
            place: [left, y + 0.15 * height, left + width + wider, y + 0.95 * height],
            view: [0, 0, right, bottom],
            seen: [seen.left, seen.top + 0.15 * seen.height, seen.right, seen.top + 0.95 * seen.height],
            frame: box(frame(text)),
            colours: [text, ...text.children].map(part => rgb(getComputedStyle(part).fill)),
          };
        }));
        """,
    )
    return found


def faint_marks(page: Page, label: float, line: float) -> list[str]:
    """Return the labels and lines with less contrast than these to what they lie on, light or dark.

    The page is spoilt afterwards: all but its figures goes, then their labels, then their
    lines, so that a screenshot shows what lay under them.
    """
    page.set_viewport_size(
        draw(
            page,
            """
            const article = document.querySelector("article");
            // The home page's first drawing has a ground of its own.
            const figures = [...document.querySelectorAll(".cr-figure")];
            article.replaceChildren(...figures.map(figure => figure.closest(".cr-hero") ?? figure));
            return {width: innerWidth, height: document.documentElement.scrollHeight};
            """,
        )
    )
    texts = in_both(page, lambda: labels(page))
    draw(page, "drawings.forEach(svg => svg.querySelectorAll('text').forEach(hide));")
    under = in_both(page, lambda: shown(page, [text["seen"] for text in texts[0]]))
    faults = [
        f"{text['name']}, {scheme}: {least:.1f}"
        for scheme, some, colours in zip(SCHEMES, texts, under, strict=True)
        for text, near in zip(some, colours, strict=True)
        if (least := min(contrast(luminance(a), b) for a in text["colours"] for b in near)) < label
    ]
    lines = in_both(page, lambda: draw(page, LINES))
    # Casings stay: what they bound lies on them.
    draw(page, "drawings.forEach(svg => svg.querySelectorAll(':not(.cr-casing)').forEach(bare));")
    boxes = [[x - 3, y - 3, x + 3, y + 3] for found in lines[0] for x, y in found["points"]]
    assert boxes or not lines[0]
    around = in_both(page, lambda: shown(page, boxes))
    # A line between two shapes stands out from one of them.
    faint = {
        f"{found['name']}, {scheme}": best
        for scheme, some, colours in zip(SCHEMES, lines, around, strict=True)
        for found, near in zip((found for found in some for _ in found["points"]), colours, strict=True)
        if (best := max(contrast(luminance(found["colour"]), light) for light in near)) < line
    }
    return faults + [f"{name}: {best:.1f}" for name, best in faint.items()]


def in_both(page: Page, measure: Callable[[], T]) -> list[T]:
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found.append(measure())
    return found


def shown(page: Page, boxes: list[list[float]]) -> list[list[float]]:
    """Return how light the colours are that the window shows in each box: left, top, right, bottom."""
    found: list[list[int]] = page.evaluate(
        """async ([shot, boxes]) => {
             const bytes = Uint8Array.from(atob(shot), letter => letter.charCodeAt(0));
             const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
             const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
             context.drawImage(image, 0, 0);
             const {data} = context.getImageData(0, 0, image.width, image.height);
             return boxes.map(([left, top, right, bottom]) => {
               const seen = new Set();
               for (let y = Math.floor(top); y <= bottom; y++)
                 for (let x = Math.floor(left); x <= right; x++) {
                   const at = (y * image.width + x) * 4;
                   seen.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
                 }
               return [...seen];
             });
           }""",
        [b64encode(page.screenshot()).decode(), boxes],
    )
    return [[lightness(colour) for colour in seen] for seen in found]
