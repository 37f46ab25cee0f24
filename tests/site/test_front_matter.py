"""What each Markdown file says of itself at its top."""

from collections import Counter
from datetime import date, timedelta

import pytest
from front_matter import PAGE_NAMES, front_matter, front_matter_of

KEYS = ["title", "description", "reviewed", "review_due"]


def date_faults(values: dict[str, object], today: date) -> list[str]:
    reviewed, due = values.get("reviewed"), values.get("review_due")
    if not isinstance(reviewed, date) or not isinstance(due, date):
        return ["reviewed and review_due must be dates as 2026-01-31"]
    faults = []
    if reviewed > today:
        faults.append(f"reviewed {reviewed} lies in the future")
    if due <= reviewed:
        faults.append(f"review_due {due} does not come after reviewed {reviewed}")
    return faults


def test_every_page_has_the_four_keys_in_their_order(name: str) -> None:
    assert list(front_matter_of(name)) == KEYS


def test_every_page_is_reviewed_and_its_next_review_comes_after(name: str) -> None:
    faults = date_faults(front_matter_of(name), date.today())
    assert not faults, f"docs/{name}.md: " + "; ".join(faults)


def test_every_description_has_a_useful_length(name: str) -> None:
    length = len(front_matter_of(name)["description"])
    assert 50 <= length <= 160, f"docs/{name}.md: description of {length} characters, 50 to 160"


@pytest.mark.parametrize("key", ["title", "description"])
def test_no_two_pages_say_the_same_of_themselves(key: str) -> None:
    counts = Counter(front_matter_of(name)[key] for name in PAGE_NAMES)
    assert not [text for text, count in counts.items() if count > 1]


def test_a_wrong_date_is_found() -> None:
    today = date(2026, 11, 22)
    day = timedelta(days=1)
    assert not date_faults({"reviewed": today, "review_due": today + day}, today)
    assert not date_faults({"reviewed": today - 2 * day, "review_due": today - day}, today)
    assert date_faults({"reviewed": today, "review_due": today}, today)
    assert date_faults({"reviewed": today + day, "review_due": today + 2 * day}, today)
    assert date_faults({"reviewed": "soon", "review_due": today + day}, today)


def test_missing_front_matter_is_found() -> None:
    assert front_matter("---\ntitle: T\n---\n\n# T\n") == {"title": "T"}
    for text in ("# T\n", "---\ntitle: T\n", "\n---\ntitle: T\n---\n"):
        with pytest.raises(ValueError, match="no front matter"):
            front_matter(text)
