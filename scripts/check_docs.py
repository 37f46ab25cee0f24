"""Reports each fault of the sources as `file:line: what is wrong and how to fix it`."""

import os
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import jinja2
import turbohtml
import yaml

ADDRESS = r"str\s+https?://[^\s/?#]\S*\s*"
CONTACT = rf"(?i:{ADDRESS}|str\s+mailto:[^\s@]+@[^\s@]+\s*|(null|str) ~?)"
# For each key: a pattern of its YAML type and text (of a block: its keys), and what it must be.
VALUES = {
    "front matter": ("map title description reviewed review_due", ""),
    "extra": ("map article publisher tools offline today", ""),
    "publisher": ("map name contact help", ""),
    "title": (r"str .+", "text: put it in quotes"),
    "description": (r"str .{50,160}", "50 to 160 characters: put them in quotes"),
    "site_url": (r"str https?://[^\s/?#@]+/([^\s?#]*/)?", "like https://example.org/knee/"),
    "article": (ADDRESS, "an address that begins with https://, without spaces"),
    "name": (r"str [^\0-\x1f\ud800-\udfff]+", "one line of text"),
    "contact": (CONTACT, "empty, or an address with https:, http: or mailto: and no spaces"),
    "offline": (r"bool .*", "true or false, without quotes"),
}
VALUES["help"] = VALUES["contact"]
DATES = "a date like 2026-01-31: `reviewed` not in the future, `review_due` after it"
SKIPPED = re.compile(r"(?s)```.*?```|`[^`\n]*`|<!--.*?-->|\*\*\[\w+\]\*\*")
LINK = re.compile(r'!?\[(?:[^\[\]]|\[[^\[\]]+\])+\]\([^()\s]+(?: "[^"]*")?\)')
# A `///` line with what it opens, or a tag that needs an end.
MARK = re.compile(
    r"^ {0,3}///( html \| [a-z][a-z0-9]*(?:[.#][\w-]+|\[[^\[\]]+\])*)? *$"
    r"|<(/?)(?!br|hr|img|input|wbr)([a-z][a-z0-9]*)(?: [^<>]*)?>"
)
# Adjacent lines of different kinds run together; a heading, a tag and `///` are like a blank line.
KIND = re.compile(
    r"(?P<blank>\s*$|#|///|<)|(?P<list>(?:[-*+]|\d+\.) |\[TOC\])|(?P<table>\|)"
    r"|(?P<attributes>\{)|(?P<inner>[ :])|"
)
LIST = r'\{:? *(?:(?:[.#][\w-]+|[\w-]+="[^"]*") *)+\}'
# Where attributes work: at the end of a heading or a cell, alone, after a link (\0).
ATTRIBUTES = re.compile(rf"^#+ .* {LIST}$|^ *{LIST}$|(?<=\0){LIST}| {LIST}(?= *\|)")
# Ids and drawings: each may be on a page once.
ONCE = re.compile(r'(?:\{:? ?|^/// html \| \w+)(#[\w-]+)|8<-- "([\w.-]+)"')
# What has to exist: drawings, templates, classes, properties, settings, ids that scripts read, and
# the limits of the plan in docs/js/plan.js.
NEEDS = re.compile(
    r'(?<=-- ")[^"]+|(?<=partials/)[^"]+|(?<![\w-])cr-[\w-]+|(?<=var\()--[\w-]+'
    r'|(?<=\.extra\.)\w+|(?<=\.publisher\.)\w+|(?<=section\(")[\w-]+|\b\d+ (?:minutes a calf|rounds at most)'
)
Faults = Iterator[tuple[int | str, str]]  # a line, or an environment variable, and a sentence
GROUPS = ("docs/*.md", "docs/*s/*s", "docs/figures/*.svg", "mkdocs.yml", "overrides/**/*.*ml")
TEMPLATES = jinja2.Environment()
TEMPLATES.filters["url"] = str  # the builder's own


def compose(text: str) -> yaml.Node:
    """Return the nodes of YAML, which know their lines, or raise ValueError with the bad line."""
    try:
        return yaml.compose(text, yaml.SafeLoader) or yaml.ScalarNode("", "")
    except (yaml.YAMLError, RecursionError) as error:
        line = min(getattr(getattr(error, "problem_mark", None), "line", 0), text.count("\n")) + 1
        raise ValueError(f"{line}: not valid YAML: quote text with a colon, indent by spaces") from None


def value_faults(where: int | str, name: str, node: yaml.Node) -> Faults:
    """Check a value, as the environment sets it, and all values in it."""
    if node.tag == "!ENV" and len(node.value) == 2:
        variable, node = node.value
        if (text := os.environ.get(variable.value, "")).strip():
            where, node = variable.value, yaml.ScalarNode("tag:yaml.org,2002:str", text)
    inner = node.value if isinstance(node, yaml.MappingNode) else []
    text = " ".join(str(key.value) for key, _ in inner) or node.value
    if isinstance(node, yaml.SequenceNode):
        text = " ".join(sorted(str(item.value) for item in node.value))
    rule, words = VALUES.get(name, (".*", ""))
    if not re.fullmatch(rule, f"{node.tag.rpartition(':')[2]} {text}", re.DOTALL):
        yield where, f"`{name}` must be {words or f'these keys, in this order: {rule[4:]}'}"
    for key, value in inner:
        yield from value_faults(key.start_mark.line + 1, str(key.value), value)


def block_faults(lines: list[tuple[int, str]]) -> Faults:
    """Check that each `///` block and tag is closed, and no card is in a card."""
    opened: list[tuple[int, str, bool]] = []  # line, how it ends, whether it is a card
    for number, line in lines:
        if line.lstrip().startswith("//") and not MARK.match(line):
            yield number, "/// html | div.name opens a block, /// closes it: this line does neither"
        for mark in MARK.finditer(line):
            end = f"</{mark[3]}>" if mark[3] else "///"
            card = bool(re.search(r"\.cr-card(?![\w-])", mark[1] or ""))
            if outer := next((one for one in opened if card and one[2]), None):
                yield number, f"put /// above this line: the card of line {outer[0]} is not closed"
            if mark[1] or mark[2] == "":
                opened.append((number, end, card))
            elif not opened or opened.pop()[1] != end:
                yield number, f"this {end} closes nothing, or something before it is not closed"
    for number, end, _ in opened[-1:]:
        yield number, f"this is never closed: put {end} on its own line at its end"


def line_faults(lines: list[tuple[int, str]]) -> Faults:
    """Check a page's lines."""
    before, seen = "blank", dict[str, int]()
    for i, (number, line) in enumerate(lines, 1):
        now = next(KIND.finditer(line)).lastgroup or "text"
        together = now in ("blank", "inner", "attributes", before) or before + now == "innerlist"
        bare = LINK.sub("\0", LINK.sub("\0", line)).rstrip()
        if "8<" in line and not re.fullmatch('--8<-- "[^"]+"', line):
            yield number, 'write --8<-- "name.svg", with the name of a file in docs/figures'
        elif "<!--" in line or "-->" in line:
            yield number, "a comment begins with <!-- and ends with -->: one of them is missing"
        elif not re.match(r"\[TOC\]$|///|--8<--", bare) and re.search(r"(?<!\\)[\[\]]|\.md\b", bare):
            yield number, "readers see these brackets: write [words](page.md), or [TOC] alone"
        elif re.match("##(?!.*{ #)|#+[^ #]", line):
            yield number, "a heading needs a space, and an id to link to: ## Words { #words }"
        elif re.search("[{}]", ATTRIBUTES.sub("", bare)) or (before, now) == ("blank", "attributes"):
            yield number, "readers see these braces: { .x } follows a heading or link, {: .x } text"
        elif before != "table" == now and not re.search(r"\|[ :]*--", str(lines[i : i + 1])):
            yield number, "the second line of a table is |---|---|, with as many | as the first"
        elif before != "blank" and not together:
            yield number, "put an empty line above this one, or they run together"
        elif line.count("**") % 2 or "`" in line:
            yield number, "one ** or ` of a pair is missing, or the ``` that ends a block"
        for found in ONCE.finditer(line):
            if (first := seen.setdefault(name := found[1] or found[2], number)) != number:
                yield number, f"{name} is on line {first}, too: a page has it once"
        before = now


def page_faults(text: str) -> Faults:
    """Check a page: its front matter, its blocks and its lines."""
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines) if i and re.match("---|#|$", line)), 0)
    for i in (0, end):
        if lines[i].rstrip() != "---":
            raise ValueError(f"{i + 1}: put --- above this line, around the front matter")
    details = compose("\n".join(lines[:end]))
    wrong = list(value_faults(1, "front matter", details))
    yield from wrong
    before, latest = date.min, date.today() + timedelta(1)  # tomorrow: time zones
    for key, node in [] if wrong else details.value[2:]:
        try:
            day = date.fromisoformat(node.value if node.tag.endswith(":timestamp") else "")
        except ValueError:
            day = before
        if not before < day <= latest:
            yield key.start_mark.line + 1, f"`{key.value}` must be {DATES}"
        before, latest = (day if day <= latest else date.min), date.max
    text = SKIPPED.sub(lambda code: "\n" * code[0].count("\n") or "\0", text)
    body = list(enumerate(text.split("\n"), 1))[end + 1 :]
    if sum(line.startswith("# ") for _, line in body) != 1:
        yield end + 2, "a page has one heading with a single #, and others with ## or ###"
    yield from list(block_faults(body))[:1]  # one causes others
    yield from line_faults(body)


def faults(root: Path) -> Iterator[str]:
    """Return a line for each fault in a folder that holds mkdocs.yml, docs/ and overrides/."""
    files = [file for group in GROUPS for file in sorted(root.glob(group))]
    scripts = [one.stem for one in files if one.suffix == ".js"]
    tools = " ".join(one.stem for one in files if one.suffix == ".md" and one.stem in scripts)
    VALUES["tools"] = (f"seq {tools}", f"the pages with a script: {tools}")
    code = "".join(one.read_text("utf-8", "replace") for one in root.glob("docs/*s/*s"))
    text = "".join(one.read_text("utf-8", "replace") for one in root.glob("docs/*.md"))
    known = {*re.findall(r"cr-[\w-]+|--[\w-]+(?=:)", code), *(one.name for one in [*files, *root.glob("docs/lists/*")])}
    known.update(re.findall(r"(?<=#)[\w-]+", text), re.findall(r"\w+", str(VALUES)))
    known |= {f"{int(one) // 60} minutes a calf" for one in re.findall(r"MOST_SECONDS = (\d+)", code)}
    known |= {f"{one} rounds at most" for one in re.findall(r"\brounds: \[\d+, (\d+)", code)}
    for file in files:
        path, suffix = file.relative_to(root).as_posix(), file.suffix
        try:
            text = file.read_text("utf-8-sig")
            nodes = value_faults(1, "", compose(text)) if suffix == ".yml" else ()
            found = page_faults(text) if suffix == ".md" else nodes
            if suffix == ".svg":
                turbohtml.parse_xml(text)
            elif suffix in (".html", ".xml"):
                TEMPLATES.compile(text)
            for where, sentence in found:
                yield f"{f'{path}:' * isinstance(where, int)}{where}: {sentence}"
            for number, line in enumerate(text.split("\n"), 1):
                for name in set(NEEDS.findall(line.replace("**", ""))) - known:
                    yield f"{path}:{number}: there is no `{name}`: is it misspelled, or has another file changed?"
        except UnicodeDecodeError as error:
            number = error.object.count(b"\n", 0, error.start) + 1
            yield f"{path}:{number}: this line is not UTF-8: save the file as UTF-8"
        except turbohtml.HTMLParseError as error:
            yield f"{path}:{error.error.line}: this drawing is damaged ({error.error.code})"
        except jinja2.TemplateSyntaxError as error:
            yield f"{path}:{error.lineno}: syntax error: {error.message}"
        except (OSError, ValueError) as error:
            yield f"{path}:{error}"


if __name__ == "__main__":
    sys.exit("\n".join(faults(Path())) or None)
