"""Claims, how strong each is, and their references."""

import re
from pathlib import Path

import pytest
from conftest import PAGE_NAMES
from main_text import CITATION, next_element, parsed, the_one, words_of
from turbohtml import Document, Element, parse

CLAIMS = [f"c{number}" for number in range(1, 28)]
TERMS = ["What the author says", "What studies found", "How strong", "References"]
STRENGTHS = ("Supported", "Plausible but limited", "Uncertain", "Contradicted")

# The references that were seen and checked when the facts were put together; 49 was
# seen too, but has no address to link to. A new one is checked first, then added here.
CHECKED_REFERENCES = {str(number) for number in range(1, 74) if number != 49} | {
    *("3b", "20b", "30b", "30c", "30d", "31b")
}


def citations(tree: Document) -> list[tuple[str, str]]:
    """Return the number and the address of each link whose text is a number in brackets."""
    found = []
    for link in tree.select("a"):
        if match := CITATION.fullmatch(words_of(link)):
            found.append((match[1], link.attr("href") or ""))
    return found


def citation_faults(tree: Document, page: str) -> list[str]:
    home = "references/" if page == "index" else "" if page == "references" else "../references/"
    faults = []
    for number, address in citations(tree):
        if address != f"{home}#ref-{number}":
            faults.append(f"[{number}] leads to {address}")
    for link in tree.select("a"):
        address = link.attr("href") or ""
        if "#ref-" in address and not CITATION.fullmatch(words_of(link)):
            faults.append(f"the link to {address} says “{words_of(link)}”")
    html = re.sub(r"<a\b.*?</a>|<li id=\"ref-.*?</li>", "", tree.html, flags=re.DOTALL)
    body = words_of(the_one(parse(html), "body"))
    faults += [f"[{number}] is no link" for number in CITATION.findall(body)]
    return faults


def reference_faults(tree: Document) -> list[str]:
    faults = []
    for reference in tree.select("[id^=ref-]"):
        number = (reference.attr("id") or "").removeprefix("ref-")
        if number not in CHECKED_REFERENCES:
            faults.append(f"[{number}] is not among the checked references")
        if not words_of(reference).startswith(f"[{number}] "):
            faults.append(f"ref-{number} does not begin with [{number}]")
        if not reference.select("a[href^=http]"):
            faults.append(f"[{number}] has no link")
    return faults


def fold(heading: Element) -> Element:
    """Return the fold that a claim's heading opens."""
    found = heading.closest("details")
    assert found is not None, words_of(heading)
    return found


def claim_answers(claim: Element) -> dict[str, Element]:
    """Return what a claim opens to, by its terms."""
    found = {}
    for term in claim.select("dt"):
        answer = next_element(term)
        if answer is not None and answer.tag == "dd":
            found[words_of(term)] = answer
    return found


def mark_of(node: Element) -> str:
    """Return the first word of its mark of strength, which its class repeats."""
    mark = the_one(node, "[class^=cr-mark--]")
    word = words_of(mark).split(" ")[0]
    assert mark.has_class(f"cr-mark--{word.lower()}"), words_of(mark)
    return word


def claim_faults(claim: Element) -> list[str]:
    answers = claim_answers(claim)
    if list(answers) != TERMS:
        return [f"has the parts {list(answers)}"]
    faults = [f"“{term}” is empty" for term, answer in answers.items() if not words_of(answer)]
    voices = [words_of(term) for term in claim.select(".cr-views dt")]
    if voices != TERMS[:2]:
        faults.append(f"sets {voices} side by side")
    bold = answers["How strong"].select_one("strong")
    strength = words_of(bold).rstrip(".:,;") if bold is not None else ""
    if strength not in STRENGTHS or not words_of(answers["How strong"]).startswith(strength):
        faults.append(f"“How strong” begins with “{words_of(answers['How strong'])[:30]}”")
    if mark_of(claim) != strength.split(" ")[0]:
        faults.append(f"is marked as {mark_of(claim)}, but is {strength}")
    cited = {
        number for term in ("What studies found", "How strong") for number in CITATION.findall(words_of(answers[term]))
    }
    listed = set(CITATION.findall(words_of(answers["References"])))
    if cited != listed:
        faults.append(f"cites {sorted(cited)} and lists {sorted(listed)}")
    # A claim of the author's own experience has no study; its row says so in words.
    if not CITATION.search(words_of(answers["References"])) and not re.match(
        r"none\b", words_of(answers["References"]), re.IGNORECASE
    ):
        faults.append("“References” holds no citation and does not say None")
    return faults


@pytest.fixture(scope="module")
def research(site: Path) -> Document:
    return parsed(site, "research")


@pytest.fixture(scope="module")
def references(site: Path) -> Document:
    return parsed(site, "references")


def test_every_claim_is_there_once_and_in_order(research: Document) -> None:
    found = [
        heading.attr("id") for heading in research.select("h2, h3, h4") if re.match(r"c\d", heading.attr("id") or "")
    ]
    assert found == CLAIMS


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_has_its_author_studies_strength_and_references(research: Document, claim: str) -> None:
    heading = the_one(research, f"details.cr-claim:not([open]) > summary > #{claim}")
    assert words_of(heading).startswith(f"{claim.upper()} "), words_of(heading)
    assert not claim_faults(fold(heading)), f"{claim}: " + "; ".join(claim_faults(fold(heading)))


def test_the_tally_names_each_claim_under_its_mark_and_counts_right(research: Document) -> None:
    groups = the_one(research, ".cr-tally").select(":scope > div")
    named = {mark_of(group): [(a.attr("href"), words_of(a)) for a in group.select("a")] for group in groups}
    marked: dict[str, list[tuple[str, str]]] = {strength.split(" ")[0]: [] for strength in STRENGTHS}
    for claim in CLAIMS:
        heading = the_one(research, f"#{claim}")
        marked[mark_of(fold(heading))].append((f"#{claim}", words_of(heading)))
    assert named == marked
    counts = {mark_of(group): int(words_of(the_one(group, "h3 strong"))) for group in groups}
    # As the facts were graded, once all claims had been looked at again.
    assert counts == {"Supported": 4, "Plausible": 8, "Uncertain": 11, "Contradicted": 4}
    assert counts == {mark: len(claims) for mark, claims in marked.items()}


def test_every_reference_is_checked_and_linked(references: Document) -> None:
    assert references.select("[id^=ref-]"), "there are no references"
    assert not reference_faults(references), "\n".join(reference_faults(references))


def test_every_citation_links_to_its_reference(site: Path, name: str) -> None:
    faults = citation_faults(parsed(site, name), name)
    assert not faults, f"{name}:\n" + "\n".join(faults)


def test_every_reference_is_used(site: Path, references: Document) -> None:
    pages = (file.read_text(encoding="utf-8") for file in site.rglob("*.html"))
    used = {number for page in pages for number, _ in citations(parse(page))}
    listed = {(found.attr("id") or "").removeprefix("ref-") for found in references.select("[id^=ref-]")}
    assert not listed - used, f"never cited: {sorted(listed - used)}"


def test_every_reference_leads_back_to_each_claim_and_page_that_cites_it(site: Path, references: Document) -> None:
    citing = used_in(site)
    faults = []
    for reference in references.select("li[id^=ref-]"):
        number = (reference.attr("id") or "").removeprefix("ref-")
        faults += [f"[{number}] {fault}" for fault in way_back_faults(reference, citing.get(number, {}))]
    assert not faults, "mend “Used in” in docs/references.md:\n" + "\n".join(faults)


def used_in(site: Path) -> dict[str, dict[str, str]]:
    """Return where each reference is cited: address, and what a link there says, by number.

    On the page of claims that is a claim or a section; elsewhere the page, and the link may say anything.
    """
    found: dict[str, dict[str, str]] = {}
    for name in PAGE_NAMES:
        page = parsed(site, name)
        section = ("", "")
        for element in the_one(page, "article").select("h2, summary > h3, a"):
            if element.tag != "a":
                here = element.attr("id") or ""
                section = (f"#{here}", here.upper() if here in CLAIMS else words_of(element))
            elif match := CITATION.fullmatch(words_of(element)):
                where = "../" if name == "index" else f"../{name}/"
                place, says = section if name == "research" else ("", "")
                found.setdefault(match[1], {})[where + place] = says
    return found


def way_back_faults(reference: Element, citing: dict[str, str]) -> list[str]:
    given = {a.attr("href") or "": words_of(a) for a in reference.select("a:not([href^=http])")}
    faults = [f"lacks {address}" for address in citing if address not in given]
    for address, says in given.items():
        if address not in citing:
            faults.append(f"names {address}, which does not cite it")
        elif citing[address] not in ("", says):
            faults.append(f"calls {address} “{says}”, not “{citing[address]}”")
    return faults


# The measures themselves, on samples with a fault planted.

CLAIM = """<details class=cr-claim><summary><h3 id=c9>C9 Shear</h3>
  <strong class=cr-mark--uncertain>Uncertain</strong></summary><div class=cr-views><dl>
  <dt>What the author says</dt><dd>She says so.</dd>
  <dt>What studies found</dt><dd>Little [59].</dd></dl></div><dl>
  <dt>How strong</dt><dd><strong>Uncertain</strong>: one model.</dd>
  <dt>References</dt><dd><a href="../references/#ref-59">[59]</a></dd></dl></details>"""


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("<strong>Uncertain</strong>", "<strong>Proven</strong>"),
        ("<strong>Uncertain</strong>", "<strong>Supported</strong>"),
        ("<strong>Uncertain</strong>: one", "One"),
        ("<dt>How strong</dt>", "<dt>Strength</dt>"),
        ("<dd>Little [59].</dd>", "<dd></dd>"),
        ("Little [59]", "Little [60]"),
        ("[59]</a>", "see there</a>"),
        ("<div class=cr-views>", "<div>"),
    ],
)
def test_an_incomplete_claim_is_found(whole: str, broken: str) -> None:
    assert not claim_faults(the_one(parse(CLAIM), "details"))
    assert claim_faults(the_one(parse(CLAIM.replace(whole, broken)), "details"))


@pytest.mark.parametrize(
    ("whole", "broken"), [("ref-9", "ref-49"), ("ref-9", "ref-999"), ("[9] ", ""), ("https://doi.org/x", "#here")]
)
def test_a_faulty_reference_is_found(whole: str, broken: str) -> None:
    item = "<ul><li id=ref-9><strong>[9] </strong> A. <a href=https://doi.org/x>x</a></li></ul>"
    assert not reference_faults(parse(item))
    assert reference_faults(parse(item.replace(whole, broken, 1)))


@pytest.mark.parametrize(
    "link",
    [
        "<a href='../references/#ref-8'>[9]</a>",
        "<a href='../faq/#ref-9'>[9]</a>",
        "<a href='../references/#ref-9'>a study</a>",
    ],
)
def test_a_faulty_citation_is_found(link: str) -> None:
    good = parse("<a href='../references/#ref-9'>[9]</a>")
    assert not citation_faults(good, "faq")
    assert citation_faults(parse(link), "faq")


@pytest.mark.parametrize(
    ("whole", "broken"), [("#c8>C8", "#c9>C9"), (">C8", ">C9"), ("<a href=../faq/>Questions</a>", ""), ("faq", "share")]
)
def test_a_faulty_way_back_is_found(whole: str, broken: str) -> None:
    item = "<ul><li id=ref-9>A. <a href=../research/#c8>C8</a>, <a href=../faq/>Questions</a>.</li></ul>"
    citing = {"../research/#c8": "C8", "../faq/": ""}
    assert not way_back_faults(the_one(parse(item), "li"), citing)
    assert way_back_faults(the_one(parse(item.replace(whole, broken)), "li"), citing)
