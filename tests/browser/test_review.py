"""A review that becomes overdue while the built site stays as it is."""

from datetime import date, timedelta

from conftest import ROOT
from playwright.sync_api import Page

[DUE] = [
    date.fromisoformat(line.split()[1])
    for line in (ROOT / "docs/safety.md").read_text("utf-8").splitlines()
    if line.startswith("review_due:")
]


def test_the_page_says_from_the_day_after_that_its_review_is_overdue(page: Page, url: str) -> None:
    notice = f"This page was due for review on {DUE.day} {DUE:%B %Y}."
    for day, overdue in ((DUE, False), (DUE + timedelta(days=1), True)):
        page.clock.set_fixed_time(f"{day}T12:00:00Z")
        page.goto(f"{url}safety/")
        dates = page.locator(".cr-footer").inner_text()
        assert (notice in dates) == overdue
        assert ("Next review:" in dates) != overdue
