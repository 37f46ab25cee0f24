"""Claims, how strong each is, and their references."""

import re
from pathlib import Path

import pytest
from main_text import CITATION, next_element, parsed, the_one, words_of
from turbohtml import Document, Element, parse

CLAIMS = [f"c{number}" for number in range(1, 28)]
TERMS = ["What the author says", "What studies found", "How strong", "References"]
STRENGTHS = ("Supported", "Plausible but limited", "Uncertain", "Contradicted")

# The references that were seen and checked when the facts were put together; 49 was
# seen too, but has no address to link to. A new one is checked first, then added here.
CHECKED_REFERENCES = {str(number) for number in range(1, 72) if number != 49} | {
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


def claim_answers(heading: Element) -> dict[str, Element]:
    """Return the answers that follow a claim's heading, by their terms."""
    answers = next_element(heading)
    if answers is None or answers.tag != "dl":
        return {}
    found = {}
    for term in answers.select("dt"):
        answer = next_element(term)
        if answer is not None and answer.tag == "dd":
            found[words_of(term)] = answer
    return found


def claim_faults(heading: Element) -> list[str]:
    answers = claim_answers(heading)
    if list(answers) != TERMS:
        return [f"has the parts {list(answers)}"]
    faults = [f"“{term}” is empty" for term, answer in answers.items() if not words_of(answer)]
    bold = answers["How strong"].select_one("strong")
    strength = words_of(bold).rstrip(".:,;") if bold is not None else ""
    if strength not in STRENGTHS or not words_of(answers["How strong"]).startswith(strength):
        faults.append(f"“How strong” begins with “{words_of(answers['How strong'])[:30]}”")
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
    heading = the_one(research, f"#{claim}")
    assert words_of(heading).startswith(f"{claim.upper()}. "), words_of(heading)
    assert not claim_faults(heading), f"{claim}: " + "; ".join(claim_faults(heading))


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


# The measures themselves, on samples with a fault planted.

CLAIM = """<h3 id=c9>C9. Shear</h3><dl>
  <dt>What the author says</dt><dd>She says so.</dd>
  <dt>What studies found</dt><dd>Little [59].</dd>
  <dt>How strong</dt><dd><strong>Uncertain</strong>: one model.</dd>
  <dt>References</dt><dd><a href="../references/#ref-59">[59]</a></dd></dl>"""


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("<strong>Uncertain</strong>", "<strong>Proven</strong>"),
        ("<strong>Uncertain</strong>: one", "One"),
        ("<dt>How strong</dt>", "<dt>Strength</dt>"),
        ("<dd>Little [59].</dd>", "<dd></dd>"),
        ("Little [59]", "Little [60]"),
        ("[59]</a>", "see there</a>"),
        ("<dl>", "<p>Before</p><dl>"),
    ],
)
def test_an_incomplete_claim_is_found(whole: str, broken: str) -> None:
    assert not claim_faults(the_one(parse(CLAIM), "#c9"))
    assert claim_faults(the_one(parse(CLAIM.replace(whole, broken)), "#c9"))


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
