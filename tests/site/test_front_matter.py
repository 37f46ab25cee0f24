"""What no page says of itself twice; `scripts/check_docs.py` checks the rest."""

from collections import Counter

import pytest
from front_matter import PAGE_NAMES, front_matter_of


@pytest.mark.parametrize("key", ["title", "description"])
def test_no_two_pages_say_the_same_of_themselves(key: str) -> None:
    counts = Counter(front_matter_of(name)[key] for name in PAGE_NAMES)
    assert not [text for text, count in counts.items() if count > 1]
