"""The drawings as a browser draws them: places, touch, labels, lines, tones."""

from itertools import combinations, product

import pytest
from conftest import ADDRESSES, Views
from drawings import contrast, draw, faint_marks, labels, names
from measures import DESKTOP, PHONE, luminance
from playwright.sync_api import Page, ViewportSize

# Where the evidence puts each part on a right leg from behind: top and bottom, 0 at the knee
# joint and 100 at the ankle bone; outer and inner end, 0 and 100 at the leg's outlines.
PLACES = {
    ("spot", "target"): (21, 38, 14, 42),
    ("spot", "no-go-hollow"): (-20, 20, 30, 70),
    ("anatomy", "target"): (21, 38, 14, 42),
    ("anatomy", "lateral-gastrocnemius"): (-6, 45, 12, 50),
    ("anatomy", "medial-gastrocnemius"): (-6, 50, 50, 92),
}
DOWN, ACROSS = 2, 3  # how far off a part may be, in the same per cent

# Drawings of one leg from its outer side: with its joints marked, and small in a circle.
CLOSE_UPS = ("landmark", "settle", "drift", "pin-and-move")
INSETS = ("chair", "seat", "floor")
SHANK_OUTLINE = 1.203  # how much longer it is than from joint to joint
AXIS = 6  # a knee turns on an axis above its joint line, by so many per cent
LEG = 40  # centimetres from knee to ankle

# Who stands on what; and which hand lies on what.
BOTH = ("leg", "far-leg")
FEET = {
    "chair": dict.fromkeys(BOTH, "floor"),
    "seat": {"far-leg": "floor"},
    "floor": {"far-leg": "floor"},
    "sit-to-stand": {f"{leg}-{pose}": "floor" for leg in BOTH for pose in (1, 2)},
    "step-down": {"leg-1": "step", "far-leg-1": "step", "leg-2": "step"},
    "knee-to-wall": {f"{leg}-{pose}": "floor" for leg in BOTH for pose in (1, 2)},
    **{figure: {"leg": "floor"} for figure in CLOSE_UPS},
}
HANDS = {
    "chair": {"arm": "[id$=layer-leg] [href$=-shank]"},
    "seat": {"arm": "[id$=layer-leg] [href$=-thigh]"},
    "floor": {"arm": "[data-part=floor]", "far-arm": "[data-part=floor]"},
    "sit-to-stand": {"arm-1": "[id$=layer-leg-1] [href$=-thigh]"},
    "step-down": {"arm-1": "[data-part=rail]", "arm-2": "[data-part=rail]"},
    "knee-to-wall": {"arm-1": "[data-part=wall]", "arm-2": "[data-part=wall]"},
}
EDGE = 2.5  # how far a contour stands out from its shape
NEAR, IN_HAND = 2, 4

LABEL = 14
LABEL_CONTRAST = 7
LINE_CONTRAST = 3
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def drawn(view: Views) -> dict[str, Page]:
    """Return a page with each drawing, few pages in all, on a phone; who changes one puts it back."""
    fullest_last = sorted((view(address, PHONE) for address in ADDRESSES), key=lambda page: len(names(page)))
    return {figure: page for page in fullest_last for figure in names(page)}


Points = list[tuple[float, float]]


def on_the_grid(page: Page, figure: str, part: str) -> Points:
    """Return the points of a part's outline: per cent across the leg from outside, and down."""
    found: Points = draw(
        page,
        """
        const [figure, name] = argument, leg = part(figure, "leg");
        return part(figure, name).map(({x, y}) => {
          const [inner, outer] = ends(xs(leg.filter(edge => Math.abs(edge.y - y) < 1.5)));
          return [100 * (outer - x) / (outer - inner), (y - 84) / 3.4];
        });
        """,
        [figure, part],
    )
    return found


def rows(points: Points) -> tuple[float, float]:
    """Return how high and how low a part reaches."""
    return min(y for _, y in points), max(y for _, y in points)


def row(points: Points, level: float) -> tuple[float, float]:
    """Return the outer and the inner end of a part at a level."""
    found = [x for x, y in points if abs(y - level) < 0.5]
    return min(found), max(found)


def test_each_part_of_the_leg_is_where_the_evidence_puts_it(drawn: dict[str, Page]) -> None:
    for (figure, part), (top, bottom, outer, inner) in PLACES.items():
        points = on_the_grid(drawn[figure], figure, part)
        ends = (min(points)[0], max(points)[0])
        assert rows(points) == pytest.approx((top, bottom), abs=DOWN), f"{figure}: {part}"
        assert ends == pytest.approx((outer, inner), abs=ACROSS), f"{figure}: {part}"
    for part, x, y in (("target", 28, 29), ("knob", 5.5, 3.5)):
        for figure in ("spot", "anatomy"):
            points = on_the_grid(drawn[figure], figure, part)
            middle = (min(points)[0] + max(points)[0]) / 2
            assert middle == pytest.approx(x, abs=ACROSS), f"{figure}: {part}"
            assert sum(rows(points)) / 2 == pytest.approx(y, abs=DOWN), f"{figure}: {part}"


def test_the_no_go_places_cover_knob_nerve_and_hollow(drawn: dict[str, Page]) -> None:
    zone = on_the_grid(drawn["spot"], "spot", "no-go-knob")
    assert rows(zone) == pytest.approx((-10, 18), abs=DOWN)
    for level in range(-8, 17, 2):
        outer, inner = row(zone, level)
        assert outer <= 0, level
        assert inner == pytest.approx(18, abs=ACROSS), level
    # The lower one is widest at the joint.
    hollow = on_the_grid(drawn["spot"], "spot", "no-go-hollow")
    assert (min(hollow)[1], max(hollow)[1]) == pytest.approx((0, 0), abs=DOWN)


def test_nerve_tendon_and_band_come_down_on_the_outer_side(drawn: dict[str, Page]) -> None:
    nerve, tendon, band = (
        on_the_grid(drawn["anatomy"], "anatomy", part) for part in ("nerve", "biceps-tendon", "it-band")
    )
    # It winds round the bone and turns forward.
    outer, inner = row(nerve, 8.5)
    assert 3 - ACROSS <= outer <= inner <= 10 + ACROSS
    assert nerve[0] == pytest.approx((20, -15), abs=ACROSS)
    assert nerve[-1][0] <= ACROSS
    assert nerve[-1][1] <= 13 + DOWN
    assert rows(tendon)[0] <= -20 + DOWN
    assert rows(tendon)[1] == pytest.approx(3, abs=DOWN)
    for level, x in ((-19, 15), (2, 6)):
        assert sum(row(tendon, level)) / 2 == pytest.approx(x, abs=ACROSS)
    assert rows(band) == pytest.approx((-20, 4), abs=DOWN)
    assert max(band)[0] <= 0


def test_the_flat_muscle_shows_beside_the_others_and_the_heel_cord_is_narrow(drawn: dict[str, Page]) -> None:
    soleus, calf, cord = (
        on_the_grid(drawn["anatomy"], "anatomy", part) for part in ("soleus", "lateral-gastrocnemius", "achilles")
    )
    assert rows(soleus)[0] == pytest.approx(8, abs=DOWN)
    for level in range(10, 50, 5):
        assert 4 - ACROSS <= row(soleus, level)[0] <= 14, level
        assert level >= 45 or row(soleus, level)[0] < row(calf, level)[0], level
    for level in range(50, 81, 5):
        assert row(soleus, level)[0] < row(cord, level)[0], level
        assert row(soleus, level)[1] > row(cord, level)[1], level
    # The heel cord is narrowest above the heel.
    narrowest = min(range(60, 106), key=lambda level: row(cord, level)[1] - row(cord, level)[0])
    assert narrowest == pytest.approx(97, abs=DOWN)
    assert row(cord, narrowest) == pytest.approx((46, 54), abs=ACROSS)


def test_no_place_is_both_target_and_no_go(drawn: dict[str, Page]) -> None:
    both = """
      return drawings.flatMap(svg => [...svg.querySelectorAll("[data-part=target]")]
        .flatMap(target => {
          const {x, y, width, height} = target.getBBox();
          const inside = Array.from({length: 900}, (_, n) =>
            new DOMPoint(x + width * (n % 30) / 29, y + height * Math.floor(n / 30) / 29))
            .filter(point => target.isPointInFill(point));
          return [...svg.querySelectorAll("[data-part^=no-go]")].filter(zone =>
            [...inside, ...along(target)].map(point => point.matrixTransform(into(zone, target)))
              .some(point => zone.isPointInFill(point) || zone.isPointInStroke(point)))
            .map(zone => `${named(svg)}: ${zone.dataset.part}`);
        }));
    """
    assert not [fault for page in set(drawn.values()) for fault in draw(page, both)]


@pytest.mark.parametrize("figure", [*CLOSE_UPS, *INSETS])
def test_every_leg_has_the_spot_below_the_nerve(drawn: dict[str, Page], figure: str) -> None:
    down = draw(
        drawn[figure],
        """
        const [figure, longer, axis] = argument, svg = drawing(figure);
        const knee = svg.querySelector("[data-joint=knee]:has([data-joint=ankle])");
        const small = svg.querySelector(`#${figure}-close path`);
        const frame = small ? svg.querySelector("[data-part=target]").parentElement : knee;
        const [from, to] = small ? ends(ys(outline(small, frame))) :
          [0, longer * into(knee, knee.querySelector("[data-joint=ankle]")).f];
        return Object.fromEntries(["target", "knob", "no-go-knob"].map(name =>
          [name, ends(ys(part(figure, name, frame))).map(y => 100 * y * longer / (to - from) - axis)]));
        """,
        [figure, SHANK_OUTLINE, AXIS],
    )
    assert down["target"] == pytest.approx((21, 38), abs=DOWN)
    assert sum(down["knob"]) / 2 == pytest.approx(3.5, abs=DOWN)
    if figure != "landmark":  # there the fingers lie on the zone
        assert down["no-go-knob"] == pytest.approx((-10, 18), abs=DOWN)
        assert down["no-go-knob"][1] <= 18.5


def test_four_fingers_and_the_bracket_reach_seven_centimetres_to_the_spot(drawn: dict[str, Page]) -> None:
    leg, knob, fingers, target = draw(
        drawn["landmark"],
        """
        const knee = drawing("landmark").querySelector("[data-joint=knee]");
        const [knob, hand, target] = ["knob", "hand", "target"].map(name => part("landmark", name, knee));
        const [left, right] = ends(xs(knob)), fingers = at(hand, (left + right) / 2);
        return [into(knee, knee.querySelector("[data-joint=ankle]")).f,
          ...[knob, fingers, target].map(points => ends(ys(points)))];
        """,
    )
    assert fingers[1] - fingers[0] == pytest.approx(7 / LEG * leg, rel=0.05)
    assert fingers[0] == pytest.approx(knob[1], abs=NEAR)
    assert fingers[1] == pytest.approx(target[0], abs=NEAR)
    knob, bracket, target = draw(
        drawn["spot"], """return ["knob", "bracket", "target"].map(name => ends(ys(part("spot", name))));"""
    )
    assert bracket[1] - bracket[0] == pytest.approx(7 / LEG * 340, rel=0.05)
    assert bracket[0] == pytest.approx(sum(knob) / 2, abs=NEAR)
    assert bracket[1] == pytest.approx(target[0], abs=NEAR)


@pytest.mark.parametrize("figure", FEET)
def test_feet_stand_on_the_ground_and_not_in_it(drawn: dict[str, Page], figure: str) -> None:
    feet, bottom, floor = draw(
        drawn[figure],
        """
        const [name, feet] = argument, svg = drawing(name);
        const ground = (under, x) => Math.min(...ys(at(part(name, under), x)));
        const lowest = element => outline(element).reduce((low, point) => point.y > low.y ? point : low);
        const stands = Object.entries(feet).map(([leg, under]) => {
          const {x, y} = lowest(svg.querySelector(`#${name}-layer-${leg} [data-joint=ankle]`));
          return [leg, y, ground(under, x)];
        });
        return [stands, lowest([...svg.querySelectorAll("[id*=-layer-]")]).y, ground("floor", 162)];
        """,
        [figure, FEET[figure]],
    )
    assert not [
        f"{leg} ends at {foot:.1f}, on {level:.1f}"
        for leg, foot, level in feet
        if not level - EDGE - NEAR <= foot <= level + NEAR
    ]
    assert bottom <= floor + NEAR


@pytest.mark.parametrize("figure", HANDS)
def test_hands_lie_on_what_they_hold(drawn: dict[str, Page], figure: str) -> None:
    gaps = draw(
        drawn[figure],
        """
        const [name, hands] = argument, svg = drawing(name);
        return Object.entries(hands).map(([arm, held]) => [arm, distance(
          outline(svg.querySelector(`#${name}-layer-${arm} [data-joint=wrist]`)),
          outline([...svg.querySelectorAll(held)]))]);
        """,
        [figure, HANDS[figure]],
    )
    assert not [(arm, gap) for arm, gap in gaps if gap > EDGE + IN_HAND]


@pytest.mark.parametrize("figure", ["settle", "drift", "pin-and-move", "chair"])
def test_hands_stay_off_the_nerve(drawn: dict[str, Page], figure: str) -> None:
    gap = draw(drawn[figure], """return distance(part(argument, "hand"), part(argument, "no-go-knob"));""", figure)
    assert gap >= EDGE


@pytest.mark.parametrize("figure", ["seat", "floor"])
def test_the_roller_lies_between_calf_and_ground(drawn: dict[str, Page], figure: str) -> None:
    above, below = draw(
        drawn[figure],
        """
        const svg = drawing(argument);
        const {cx, cy, r} = svg.querySelector("[data-part=roller]");
        const [x, y, radius] = [cx, cy, r].map(length => length.baseVal.value);
        const calf = outline(svg.querySelector("[id$=layer-leg] [href$=-shank]"));
        return [distance([{x, y}], calf) - radius, Math.min(...ys(at(part(argument, argument), x))) - y - radius];
        """,
        figure,
    )
    assert -NEAR <= above <= EDGE + NEAR
    assert abs(below) <= NEAR


def test_the_knee_touches_the_wall(drawn: dict[str, Page]) -> None:
    knee, wall = draw(
        drawn["knee-to-wall"],
        """
        const svg = drawing("knee-to-wall"), wall = [...svg.querySelectorAll("[data-part=wall]")].at(-1);
        const leg = svg.querySelectorAll("[id$=layer-leg-2] :is([href$=-thigh], [href$=-shank])");
        return [Math.max(...xs(outline([...leg]))), Math.min(...xs(outline(wall)))];
        """,
    )
    assert wall - EDGE - NEAR <= knee <= wall


def outside(box: list[float], frame: list[float]) -> bool:
    (left, top, right, bottom), (least_x, least_y, most_x, most_y) = box, frame
    return left < least_x or top < least_y or right > most_x or bottom > most_y


def overlap(one: list[float], other: list[float]) -> bool:
    return all((one[0] < other[2], other[0] < one[2], one[1] < other[3], other[1] < one[3]))


def test_labels_are_large_have_room_and_stay_in_their_figures(view: Views) -> None:
    faults = []
    for address, screen in product(ADDRESSES, (NARROW, DESKTOP, PHONE)):
        window = [0, 0, screen["width"], float("inf")]
        state = f"on /{address} at {screen['width']} px"
        page = view(address, screen)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")  # opens all folds
        found = labels(page)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        named = {a["name"] for a in found}
        anatomic = [figure for figure in ("spot", "anatomy") if figure in names(page)]
        faults += [
            f"{figure} does not say how true it is {state}"
            for figure in anatomic
            if f"{figure}: Simplified," not in named
        ]
        for a in found:
            if outside(a["seen"], a["frame"]) or outside(a["seen"], window):
                faults.append(f"{a['name']} runs over {state}")
            if screen is not NARROW and a["size"] < LABEL:
                faults.append(f"{a['name']}: {a['size']:.1f} px {state}")
            if screen is PHONE and outside(a["place"], a["view"]):
                faults.append(f"{a['name']} is cut off {state}")
        if screen is PHONE:
            faults += [
                f"{a['name']} lies on {b['name']} {state}"
                for a, b in combinations(found, 2)
                if a["drawing"] == b["drawing"] and a["name"] != b["name"] and overlap(a["place"], b["place"])
            ]
    assert not faults, "\n".join(faults)


def test_labels_and_lines_stand_out_in_both_schemes(page: Page, url: str, drawn: dict[str, Page]) -> None:
    faults: set[str] = set()
    for address in {url, *(other.url for other in drawn.values())}:
        page.set_viewport_size(PHONE)
        page.goto(address)
        faults.update(faint_marks(page, LABEL_CONTRAST, LINE_CONTRAST))
    assert not faults, "\n".join(sorted(faults))


def test_a_drawing_has_two_weights_of_ink_and_three_tones(drawn: dict[str, Page]) -> None:
    for page in set(drawn.values()):
        found = draw(
            page,
            """
            const colour = value => {
              const probe = document.body.appendChild(document.createElement("i"));
              probe.style.color = value;
              return getComputedStyle(probe).color;
            };
            const signs = ["ink", "main", "accent", "go", "no-go"].map(name => colour(`var(--cr-art-${name})`));
            const [ink] = signs, plain = [...signs, colour("#fff")];
            return drawings.map(svg => {
              const parts = [...svg.querySelectorAll("*:not(text, tspan)")]
                .map(part => [part, getComputedStyle(part)]);
              const weights = contour => [...new Set(parts
                .filter(([part, {stroke}]) => stroke === ink &&
                  contour === Boolean(part.closest(".cr-contour") && !part.matches(".cr-line, .cr-fine")))
                .map(([, {strokeWidth}]) => strokeWidth))];
              const fills = [...new Set(parts.map(([, {fill}]) => fill))];
              return [named(svg), weights(false), weights(true),
                fills.filter(fill => fill.startsWith("rgb") && !plain.includes(fill))];
            });
            """,
        )
        for figure, ink, contour, tones in found:
            assert set(ink) <= {"2.5px", "1.25px"}, figure
            assert set(contour) <= {"5px"}, figure
            assert len(tones) <= 3, f"{figure}: {tones}"


def test_in_print_the_places_differ_without_colour(drawn: dict[str, Page]) -> None:
    seen = set()
    for page in set(drawn.values()):
        page.emulate_media(media="print")
        found = draw(
            page,
            """return drawings.flatMap(svg => {
                 const style = name => getComputedStyle(svg.querySelector(name) ?? svg);
                 return [...svg.querySelectorAll("[data-part^=no-go]")].map(zone => [
                   named(svg), getComputedStyle(zone).fill, rgb(style(".cr-target").fill),
                   rgb(style("pattern .cr-sheet").fill), rgb(style("pattern .cr-hatch").stroke)]);
               });""",
        )
        page.emulate_media(media="screen")
        for figure, zone, target, sheet, hatch in found:
            seen.add(figure)
            assert zone == f'url("#{figure}-hatch")'
            for mark in (target, hatch):
                assert contrast(luminance(mark), luminance(sheet)) >= LINE_CONTRAST, figure
    assert {"spot", *INSETS} < seen
