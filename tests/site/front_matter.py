"""The sources of the pages and their front matter, whose form `scripts/check_docs.py` checks."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE_NAMES = sorted(file.stem for file in DOCS.glob("*.md"))


def front_matter_of(name: str) -> dict[str, Any]:
    _, block, _ = (DOCS / f"{name}.md").read_text("utf-8").split("---\n", 2)
    values: dict[str, Any] = yaml.safe_load(block)
    return values
