"""Where pages lie, and what their front matter says."""

from pathlib import Path
from typing import Any

import yaml
from main_text import html_file as html_file
from main_text import parsed as parsed

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE_NAMES = sorted(file.stem for file in DOCS.glob("*.md"))


def front_matter(markdown: str) -> dict[str, Any]:
    """Read the block between the first two lines of three dashes.

    Args:
        markdown: The whole text of a Markdown file.

    Returns:
        The keys in their order, with values as YAML types them.

    Raises:
        ValueError: The text does not start with front matter.
    """
    opening, _, rest = markdown.partition("---\n")
    block, closing, _ = rest.partition("\n---\n")
    values = yaml.safe_load(block) if not opening and closing else None
    if not isinstance(values, dict):
        raise ValueError("no front matter at the start of the file")
    return values


def front_matter_of(name: str) -> dict[str, Any]:
    return front_matter((DOCS / f"{name}.md").read_text(encoding="utf-8"))
