"""Checks pages and settings, before the builder reads them; `check_site.py` checks what was built.

Prints `file:line: what is wrong and how to fix it` for each fault; exits with 1 if there is one.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path

import yaml

# The keys of a page's details and of the blocks in mkdocs.yml that are ours, in their order.
KEYS = {
    "details": ["title", "description", "reviewed", "review_due"],
    "extra": ["article", "publisher", "tools", "offline", "today"],
    "publisher": ["name", "contact", "help"],
}
ADDRESS = r"str https?://[^\s/?#]\S*"
CONTACT = rf"(?i:{ADDRESS}|str mailto:[^\s@]+@[^\s@]+|(null|str) ~?)"
LINK_WORDS = "empty, or an address with https:, http: or mailto: and no spaces"
# YAML's type and text of a value, and what it must be.
VALUES = {
    "title": (r"str .+", "a text: put it in quotes"),
    "description": (r"str .{50,160}", "a text of 50 to 160 characters: put it in quotes"),
    "site_url": (r"str https?://[^\s/?#@]+/([^\s?#]*/)?", "like https://example.org/knee/"),
    "article": (ADDRESS, "an address that begins with https://, without spaces"),
    "name": (r"str [^\0-\x1f\ud800-\udfff]+", "a text on one line: put it in quotes"),
    "contact": (CONTACT, LINK_WORDS),
    "help": (CONTACT, LINK_WORDS),
    "offline": (r"bool .*", "true or false, without quotes"),
}
CODE = re.compile(r"(?s)```.*?```|`[^`\n]*`|<!--.*?-->")
LINK = re.compile(r'!?\[(?:[^\[\]]|\[[^\[\]]+\])+\]\([^()\s]+(?: "[^"]*")?\)')
BLOCK = re.compile(r" {0,3}/// html \| [a-z][a-z0-9]*((?:[.#][\w-]+)*) *")
LIST = r'\{:? *(?:(?:[.#][\w-]+|[\w-]+="[^"]*") *)+\}'
# Where a list of attributes works: at a heading's end, alone, after a link (\0), at a cell's end.
ATTRIBUTES = re.compile(rf"^#+ .* {LIST}$|^ *{LIST}$|(?<=\0){LIST}| {LIST}(?= *\|)")
Faults = Iterator[tuple[int | str, str]]  # a line, or an environment variable, and a sentence
Rules = Mapping[str, tuple[str, str]]
Pairs = list[tuple[yaml.Node, yaml.Node]]
Lines = Iterable[tuple[int, str]]


def pairs(text: str) -> Pairs:
    """Return the keys and values of a YAML mapping, or raise ValueError with the bad line."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        line = min(getattr(getattr(error, "problem_mark", None), "line", 0), text.count("\n")) + 1
        raise ValueError(f"{line}: not valid YAML: put a text with a colon in quotes") from None
    return node.value if isinstance(node, yaml.MappingNode) else []


def value_faults(found: Pairs, block: str, values: Rules, environ: Mapping[str, str]) -> Faults:
    """Check the keys of a block and their values, as the environment sets them."""
    line = 1
    for pair, expected in zip_longest(found, KEYS[block]) if block in KEYS else ():
        line = pair[0].start_mark.line + 1 if pair else line
        if not pair or pair[0].value != expected:
            yield line, f"these keys belong here, in this order: {', '.join(KEYS[block])}"
            break
    for key, node in found:
        name = str(key.value)
        where: int | str = key.start_mark.line + 1
        if node.tag == "!ENV" and len(node.value) == 2:
            variable, node = node.value
            if text := environ.get(variable.value, "").strip():
                where, node = variable.value, yaml.ScalarNode("tag:yaml.org,2002:str", text)
        text = node.value
        if isinstance(node, yaml.SequenceNode):
            text = " ".join(sorted(str(item.value) for item in node.value))
        rule, words = values.get(name, (".*", ""))
        if not re.fullmatch(rule, f"{node.tag.rpartition(':')[2]} {text}", re.DOTALL):
            yield where, f"`{name}` must be {words}"
        if name in KEYS:
            inner = node.value if isinstance(node, yaml.MappingNode) else []
            yield from value_faults(inner, name, values, environ)


def date_faults(found: Pairs) -> Faults:
    """Check the days of the reviews, the last two details of a page."""
    before = date.min
    # It may already be tomorrow where the author lives.
    limits = (date.today() + timedelta(1), "not in the future"), (date.max, "after `reviewed`")
    for (key, node), (latest, words) in zip(found[2:], limits, strict=True):
        try:
            day = date.fromisoformat(node.value if node.tag.endswith(":timestamp") else "")
        except ValueError:
            day = before
        if not before < day <= latest:
            yield key.start_mark.line + 1, f"`{key.value}` must be a day, as 2026-01-31, {words}"
        before = day


def block_faults(lines: Lines) -> Faults:
    """Check that each `///` block opens and closes, and that no card is inside another."""
    open_blocks: list[tuple[int, bool]] = []  # line, whether it is a card
    nested = []
    for number, line in lines:
        if block := BLOCK.fullmatch(line):
            card = bool(re.search(r"\.cr-card(?![\w-])", block[1]))
            nested += [(number, outer) for outer in open_blocks if outer[1] and card]
            open_blocks.append((number, card))
        elif line.rstrip() == "///" and open_blocks:
            open_blocks.pop()
        elif line.lstrip().startswith("//"):
            yield number, "/// html | div.name opens a block, /// closes it: this line does neither"
    for number, _ in open_blocks:
        yield number, "this block is never closed: put /// on a line of its own at its end"
    for number, outer in nested:
        if outer not in open_blocks:
            yield number, f"this card is inside the card of line {outer[0]}: close that one first"


def kind(line: str) -> str:
    """Return what runs into lines of another kind; a heading, a tag and `///` are as a blank."""
    if not line.strip() or line.startswith(("#", "///", "<")):
        return ""
    if re.match(r"([-*+]|\d+\.) |\[TOC\]", line):
        return "list"
    return {"|": "table", "{": "attributes", ":": "inner", " ": "inner"}.get(line[0], "text")


def line_faults(lines: Lines, classes: set[str], figures: set[str], most: float) -> Faults:
    """Check a page's lines, given what exists and how many minutes a calf the plan allows."""
    before = ""
    for number, line in lines:
        now = kind(line)
        together = now in ("", "inner", "attributes", before) or before + now in (now, "innerlist")
        bare = LINK.sub("\0", LINK.sub("\0", line)).rstrip()
        if "8<" in line and line not in figures:
            yield number, 'write --8<-- "name.svg", with the name of a file in docs/figures'
        elif "](" in bare or ".md" in bare or bare.count("[") != bare.count("]"):
            yield number, "this link lacks a bracket or has a space in it: write [words](page.md)"
        elif re.search("[{}]", ATTRIBUTES.sub("", bare)) or (before, now) == ("", "attributes"):
            yield number, "readers see these braces: { .x } follows a heading or link, {: .x } text"
        elif not together:
            yield number, "put an empty line above this one, or they run together"
        elif line.startswith("##") and "{ #" not in line:
            yield number, "give this heading an id to link to: ## Words { #words }"
        elif line.count("**") % 2:
            yield number, "one ** of a pair is missing here"
        for name in set(re.findall(r"\.(cr-[\w-]+)", line)) - classes:
            yield number, f"docs/css has no style for {name}"
        if (said := re.search(r"(\d+) minutes a calf", line)) and int(said[1]) != most:
            yield number, f"docs/js/plan.js allows {most:g} minutes: both must say the same"
        before = now


def page_faults(file: Path, classes: set[str], figures: set[str], most: float) -> Faults:
    """Check a page: its details, its blocks and its lines."""
    text = file.read_text("utf-8-sig")
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines) if i and re.match("---|#|$", line)), 0)
    for i in (0, end):
        if lines[i].rstrip() != "---":
            raise ValueError(f"{i + 1}: put --- above this line: it starts and ends the details")
    details = pairs("\n".join(lines[:end]))
    yield from value_faults(details, "details", VALUES, {})
    if [key.value for key, _ in details] == KEYS["details"]:
        yield from date_faults(details)
    text = CODE.sub(lambda code: "\n" * code[0].count("\n") or "\0", text)
    body = list(enumerate(text.split("\n"), 1))[end + 1 :]
    yield from block_faults(body)
    yield from line_faults(body, classes, figures, most)


def faults(root: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Return a line for each fault in a folder that holds mkdocs.yml and docs/."""
    docs = root / "docs"
    names = {group: {file.stem for file in docs.glob(group)} for group in ("*.md", "js/*", "css/*")}
    tools = " ".join(sorted(set.intersection(*names.values())))
    code = [file.read_bytes() for file in docs.glob("*s/*s")]
    classes = {name.decode() for text in code for name in re.findall(rb"cr-[\w-]+", text)}
    figures = {f'--8<-- "{file.name}"' for file in docs.glob("figures/*.svg")}
    most = int((re.search(rb"MOST_SECONDS = (\d+)", b"".join(code)) or [0, 0])[1]) / 60
    rules = {**VALUES, "tools": (f"seq {tools}", f"the pages with script and style: {tools}")}
    for file in [*sorted(docs.glob("*.md")), root / "mkdocs.yml"]:
        path = file.relative_to(root).as_posix()
        try:
            if file.suffix == ".md":
                found = page_faults(file, classes, figures, most)
            else:
                found = value_faults(pairs(file.read_text("utf-8-sig")), "", rules, environ)
            for where, sentence in found:
                yield f"{f'{path}:' * isinstance(where, int)}{where}: {sentence}"
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            yield f"{path}:{line}: this line is not UTF-8: save the file as UTF-8"
        except (OSError, ValueError) as error:
            yield f"{path}:{error}"


if __name__ == "__main__":
    sys.exit("\n".join(faults(Path(), os.environ)) or None)
