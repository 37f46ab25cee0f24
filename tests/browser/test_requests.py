"""With all features used no page asks another host, breaks its policy or stores in secret."""

import re

from conftest import ADDRESSES, PageOpener, Views, watch
from measures import DESKTOP, open_search, press
from playwright.sync_api import Browser, Page, Request, expect
from test_guided_session import BEGIN, LEFT, ROUNDS, dialog, visit
from test_guided_session import press as press_in_session
from windows import stop_clock

STORED = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
  ...(await indexedDB.databases()).map(({name}) => `database ${name}`)]"""


def use_everything(page: Page, url: str) -> None:
    """Do what a reader can do; `view` looks at every page as it stands."""
    page.goto(url)
    press(page, "Light or dark colours")
    open_search(page, "numbness")
    page.keyboard.press("Enter")
    page.locator(".cr-search li a").first.click()
    visit(page, url, plan=LEFT)
    press_in_session(page, *BEGIN)
    dialog(page).get_by_label("A soft tone").check()
    press_in_session(page, *ROUNDS, "Skip", "Skip", "Save", "Close")
    page.goto(f"{url}progress/")
    with page.expect_download():
        page.get_by_role("button", name=re.compile("CSV")).click()
    page.goto(f"{url}share/")
    page.get_by_label("Right").check()
    page.get_by_role("button", name="Copy link").click()
    with page.expect_download():
        page.get_by_role("button", name="Download picture").click()
    page.goto(f"{url}handout/{LEFT}")
    page.reload()
    expect(page.locator(".cr-handout__code svg")).to_be_visible()
    page.emulate_media(media="print")
    page.pdf()
    page.emulate_media(media="screen")


def test_with_every_feature_used_storage_is_as_the_about_page_says(open_page: PageOpener, url: str) -> None:
    # What a page logs, a breach of its policy among it, fails this test at its end.
    permissions = ["clipboard-read", "clipboard-write"]
    page = open_page(viewport=DESKTOP, service_workers="allow", permissions=permissions)
    stop_clock(page)
    asked: list[Request] = []
    page.context.on("request", lambda request: asked.append(request))
    use_everything(page, url)
    assert len(asked) > 50
    assert not [request.url for request in asked if not request.url.startswith((url, "blob:"))]
    # Neither the plan nor what is typed into the search leaves the device; the part after # is never sent.
    sent = [part for one in asked for part in (one.url.split("#")[0], one.post_data or "", *one.headers.values())]
    assert not [part for part in sent if re.search("side=|position=|weeks=|%23|numb", part)]
    assert page.context.cookies() == []
    # The plan goes with the tab.
    assert page.evaluate("localStorage.getItem('calf-release-plan')") is None

    stored: list[str] = page.evaluate(STORED)
    page.goto(f"{url}about/")
    told = page.locator("#on-your-device ul").text_content() or ""
    # A name, or the part before the site's address.
    named = set(re.findall(r"calf-release[a-z-]*", told))
    assert {key.split(" ")[0] for key in stored} == named
    assert "ends with this website's address" in told
    assert [key for key in stored if " " in key] == [f"calf-release {url}"]


def test_no_page_asks_another_host_or_stores_anything_by_itself(view: Views) -> None:
    pages = [view(address, DESKTOP) for address in ADDRESSES]
    assert pages[0].context.cookies() == []
    assert pages[0].evaluate(STORED) == []
    assert not view.faults


def test_another_site_is_not_told_where_its_reader_comes_from(page: Page, url: str) -> None:
    page.goto(f"{url}safety/")
    page.get_by_role("link", name="Questions", exact=True).first.click()
    assert page.evaluate("document.referrer") == ""


ATTEMPTS = {
    "a script in the page": "add('script', {textContent: 'window.did = true'});",
    "a handler": "document.body.setAttribute('onclick', 'did = true'); document.body.click();",
    "markup from words": "document.body.innerHTML = '<p>did</p>';",
    "a string as a script": "setTimeout('window.did = true');",
    "style in the page": "document.body.setAttribute('style', 'color: red');",
    "a picture from elsewhere": "new Image().src = 'https://elsewhere.example/a.png';",
    "data from elsewhere": "fetch('https://elsewhere.example/').catch(() => {});",
    "a form to elsewhere": "add('form', {action: 'https://elsewhere.example/'}).submit();",
    "a frame": "add('iframe', {src: '/'});",
    "another base": "add('base', {href: 'https://elsewhere.example/'});",
}


def test_the_policy_stops_every_attempt(browser: Browser, url: str) -> None:
    page = browser.new_page(service_workers="block")
    faults = watch(page.context, url)
    for attempt, script in ATTEMPTS.items():
        page.goto(url)
        faults.clear()
        # So the console of every other test of a browser shows a breach too.
        with page.expect_console_message(lambda message: message.type == "error"):
            stopped: str = page.evaluate(
                f"""() => new Promise(told => {{
                      const add = (name, values) =>
                        document.body.appendChild(Object.assign(document.createElement(name), values));
                      addEventListener("securitypolicyviolation", event => told(event.violatedDirective));
                      addEventListener("try", () => {{ {script} }});
                      dispatchEvent(new Event("try"));
                    }})"""
            )
        assert stopped, attempt
        assert [fault for fault in faults if fault.startswith("console: ")], attempt
    page.close()


def test_a_request_to_another_host_and_an_error_are_found(browser: Browser, url: str) -> None:
    # The page's own policy would not let it ask.
    context = browser.new_context(bypass_csp=True)
    faults = watch(context, url)
    page = context.new_page()
    page.goto(url)
    assert not faults
    page.evaluate("fetch('https://elsewhere.example/').catch(() => 0)")
    assert faults.pop() == "asked another host: https://elsewhere.example/"
    page.evaluate("fetch('no-such-file.js').then(answer => answer.status)")
    assert faults.pop().startswith("status 404: ")
    page.evaluate("console.error('broken')")
    assert faults.pop() == "console: broken"
    with context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    assert "thrown" in faults.pop()
    context.close()
