"""After one visit the site works offline, and its owner can take that back."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from conftest import PAGE_NAMES, ROOT, SUB_PATH, PagesHandler, files_of, served, watch
from measures import PHONE, open_search
from playwright.sync_api import Browser, BrowserContext, Page, expect
from test_guided_session import BEGIN, ROUNDS, press, visit
from windows import stop_clock

KEPT = """async () => {
  const [name] = (await caches.keys()).filter(name => name.startsWith("calf-release"));
  const requests = name ? await (await caches.open(name)).keys() : [];
  return requests.map(({url}) => decodeURIComponent(url));
}"""


class Host:
    """A server that can be out of reach or slow, and that gets new deploys."""

    def __init__(self, site: Path) -> None:
        self.files = files_of(site)
        self.may_answer = Event()
        self.asked: list[str] = []
        self.url = ""
        self.recover()

    def recover(self) -> None:
        self.is_down = self.is_failing = self.may_be_kept = False
        self.may_answer.set()

    def deploy(self, folder: Path, page: str, old: str, new: str) -> None:
        """Publish the site with other words on a page, and the worker's list that goes with it."""
        before = self.files[f"{page}/index.html"].read_bytes()
        after = before.replace(old.encode(), new.encode())
        assert after != before
        listed, new_listed = (base64.b64encode(hashlib.sha256(one).digest()) for one in (before, after))
        changed, script = folder / f"{page}.html", folder / f"{page}.sw.js"
        changed.write_bytes(after)
        script.write_bytes(self.files["sw.js"].read_bytes().replace(listed, new_listed))
        self.files |= {f"{page}/index.html": changed, "sw.js": script}


class Answers(PagesHandler):
    def __init__(self, host: Host, *args: Any) -> None:
        self.host = host
        super().__init__(host.files, *args)

    def do_GET(self) -> None:
        self.host.asked.append(self.path)
        self.host.may_answer.wait(30)
        if self.host.is_down:
            self.close_connection = True
        elif self.host.is_failing:
            self.answer(503, "text/plain", b"later")
        else:
            super().do_GET()

    def end_headers(self) -> None:
        if self.host.may_be_kept:
            self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


@contextmanager
def visited(browser: Browser, host: Host) -> Iterator[BrowserContext]:
    with served(partial(Answers, host)) as host.url:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        faults = watch(context, host.url)
        yield context
        host.recover()
        context.close()
    # A host that is out of reach is told to the reader, not to the console's.
    assert not [fault for fault in faults if not fault.startswith("status ")]


def visit_once(context: BrowserContext, host: Host) -> Page:
    page = context.new_page()
    page.goto(host.url)
    wait_for_the_worker(page)
    return page


@pytest.fixture(scope="module")
def copied(browser: Browser, site: Path) -> Iterator[tuple[Host, BrowserContext]]:
    """Return a host and a reader with a copy, for all tests that leave both as they are."""
    host = Host(site)
    with visited(browser, host) as context:
        visit_once(context, host)
        yield host, context


@pytest.fixture
def host(copied: tuple[Host, BrowserContext]) -> Iterator[Host]:
    host, _ = copied
    yield host
    host.recover()


@pytest.fixture
def visitor(copied: tuple[Host, BrowserContext]) -> Iterator[Page]:
    page = copied[1].new_page()
    page.goto(copied[0].url)
    yield page
    page.close()


@pytest.fixture
def new_host(site: Path) -> Host:
    """Return a host that a test may change."""
    return Host(site)


@pytest.fixture
def new_visitor(browser: Browser, new_host: Host) -> Iterator[Page]:
    with visited(browser, new_host) as context:
        yield visit_once(context, new_host)


def wait_for_the_worker(page: Page) -> str:
    """Wait until the worker of the last deploy has taken over, or given up; return its state."""
    state: str = page.evaluate(
        """async () => {
             const registration = await navigator.serviceWorker.ready;
             await registration.update();
             const {installing, waiting, active} = registration;
             const worker = installing ?? waiting ?? active;
             while (!["activated", "redundant"].includes(worker.state))
               await new Promise(then => { worker.onstatechange = then; });
             return worker.state;
           }"""
    )
    return state


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what the browser does by itself, 20 s at most."""
    end = monotonic() + 20
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def told(page: Page) -> str | None:
    line = page.locator(".cr-copy")
    return line.inner_text() if line.is_visible() else None


def test_after_one_visit_every_page_opens_offline(visitor: Page, host: Host) -> None:
    host.is_down = True
    for name in PAGE_NAMES:
        visitor.goto(host.url + ("" if name == "index" else f"{name}/"))
        assert visitor.locator("article h1").is_visible(), name
        assert re.search(r"This is a copy saved on \d{1,2} [A-Z][a-z]+ 20\d\d\.", told(visitor) or ""), name


def test_a_session_runs_and_is_saved_offline(visitor: Page, host: Host) -> None:
    host.is_down = True
    stop_clock(visitor)
    visit(visitor, host.url)
    press(visitor, *BEGIN, *ROUNDS, "Skip", "Skip", "Save", "Close")
    visitor.goto(f"{host.url}progress/")
    expect(visitor.locator("#log table")).to_contain_text("22 Nov 2026")


def test_codes_search_wrong_addresses_plans_and_earlier_scripts_work_from_the_copy(visitor: Page, host: Host) -> None:
    host.is_down = True
    visitor.goto(f"{host.url}handout/")
    expect(visitor.locator(".cr-handout__code svg")).to_be_visible()
    open_search(visitor)
    visitor.locator(".cr-search li a").first.click()
    assert visitor.locator("article h1").is_visible()
    for lost in ("no-such-page/", "a/b/c"):
        visitor.goto(host.url + lost)
        assert "cannot find that page" in visitor.locator("h1").inner_text()
        visitor.get_by_role("link", name="Do the release", exact=True).first.click()
        assert visitor.url == f"{host.url}release/"
    # A link without its slash: the network is waited for once.
    host.asked.clear()
    visitor.goto(f"{host.url}release#side=left&rounds=3&seconds=60")
    assert visitor.url == f"{host.url}release/#side=left&rounds=3&seconds=60"
    expect(visitor.locator("#plan")).to_contain_text("Left calf")
    assert f"{SUB_PATH}release" not in host.asked
    # A page from before a deploy asks for a script by its old address.
    host.recover()
    named = visitor.evaluate("async url => Object.keys(await import(url))", f"{host.url}js/0/find.js")
    assert named == ["start"]


ABOUT = ("about", "About this site</h1>", "About our site</h1>")


def test_a_deploy_shows_at_once_and_fetches_the_change(new_visitor: Page, new_host: Host, tmp_path: Path) -> None:
    page = new_visitor
    # The host lets a browser show what it has for ten minutes.
    new_host.may_be_kept = True
    page.goto(f"{new_host.url}about/")
    before = set(page.evaluate(KEPT))
    new_host.deploy(tmp_path, *ABOUT)
    new_host.asked.clear()
    page.goto(f"{new_host.url}about/")
    assert page.locator("h1").inner_text() == "About our site"
    wait_for_the_worker(page)
    assert set(new_host.asked) == {f"{SUB_PATH}sw.js", f"{SUB_PATH}about/"}
    after = set(page.evaluate(KEPT))
    assert len(after) == len(before)
    [gone], [new] = before - after, after - before
    assert gone.split("?")[0] == new.split("?")[0] == f"{new_host.url}about/"
    new_host.is_down = True
    page.goto(f"{new_host.url}about/")
    assert page.locator("h1").inner_text() == "About our site"


def test_an_update_spares_an_open_session(new_visitor: Page, new_host: Host, tmp_path: Path) -> None:
    new_visitor.goto(f"{new_host.url}release/")
    new_visitor.get_by_role("button", name="Start the guided session").click()
    dialog = new_visitor.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # Another tab meets the new deploy, and its worker takes over all tabs.
    other = new_visitor.context.new_page()
    new_host.deploy(tmp_path, "release", "Do the release</h1>", "Do it</h1>")
    other.goto(f"{new_host.url}release/")
    wait_for_the_worker(other)
    expect(other.locator("h1")).to_have_text("Do it")
    dialog.get_by_role("button", name=re.compile("None of these")).click()
    expect(dialog).to_contain_text("0")
    expect(new_visitor.locator("h1")).to_have_text("Do the release")


def test_only_a_slow_or_failing_host_gets_the_reader_the_copy(visitor: Page, host: Host) -> None:
    visitor.goto(f"{host.url}about/")
    assert told(visitor) is None
    host.is_failing = True
    visitor.goto(f"{host.url}about/")
    assert told(visitor) is not None
    assert visitor.locator("h1").inner_text() == "About this site"
    host.recover()
    host.may_answer.clear()
    visitor.goto(f"{host.url}about/")
    assert (told(visitor) or "").startswith("No connection, or a very slow one.")


def test_a_tampered_file_leaves_the_earlier_copy(new_visitor: Page, new_host: Host, tmp_path: Path) -> None:
    before = set(new_visitor.evaluate(KEPT))
    new_host.deploy(tmp_path, *ABOUT)
    # The network changed it on its way.
    new_host.files["about/index.html"].write_text("<h1>Click here to win</h1>", "utf-8")
    assert wait_for_the_worker(new_visitor) == "redundant"
    assert set(new_visitor.evaluate(KEPT)) == before
    new_host.is_down = True
    new_visitor.goto(f"{new_host.url}about/")
    assert new_visitor.locator("h1").inner_text() == "About this site"


def test_full_storage_leaves_the_site_as_it_is(browser: Browser, site: Path) -> None:
    host = Host(site)
    with visited(browser, host) as context:
        page = context.new_page()
        quota = {"origin": host.url.removesuffix(SUB_PATH), "quotaSize": 60_000}
        context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
        page.goto(host.url)
        wait_until(lambda: f"{SUB_PATH}faq/" in host.asked)  # the worker fetches what it should keep
        # What space there is is not taken by half a copy.
        wait_until(lambda: page.evaluate("caches.keys()") == [])
        page.goto(f"{host.url}about/")
        assert page.locator("h1").inner_text() == "About this site"
        assert told(page) is None


def test_the_owner_can_take_copies_back(new_visitor: Page, new_host: Host, tmp_path: Path) -> None:
    # Of another site on the same host.
    new_visitor.evaluate("caches.open('calf-release elsewhere').then(() => caches.open('theirs'))")
    # What `offline: false` builds, as tests/site/test_settings.py proves.
    new_host.files["sw.js"] = ROOT / "docs/sw.js"
    for name in ("", "about/"):
        text = new_host.files[f"{name}index.html"].read_text("utf-8")
        plain = tmp_path / f"{len(name)}.html"
        plain.write_text(re.sub("<link rel=.?manifest[^>]*>", "", text), "utf-8")
        new_host.files[f"{name}index.html"] = plain
    new_visitor.goto(new_host.url)
    new_visitor.evaluate(
        """async () => {
             while (await navigator.serviceWorker.getRegistration())
               await new Promise(then => setTimeout(then, 20));
           }"""
    )
    assert new_visitor.evaluate("caches.keys()") == ["calf-release elsewhere", "theirs"]
    new_visitor.goto(f"{new_host.url}about/")
    assert new_visitor.locator("h1").inner_text() == "About this site"
    assert new_visitor.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_every_file_of_the_site_is_kept_and_nothing_outside_is_touched(visitor: Page, host: Host, site: Path) -> None:
    kept = {address.split("?")[0].removeprefix(host.url) for address in visitor.evaluate(KEPT)}
    files = {re.sub(r"(^|/)index\.html$", r"\1", name) for name in files_of(site)}
    # For those who list the site or share a link; a worker does not keep itself.
    assert files - kept == {"images/share.png", "sitemap.xml", "sitemap.xml.gz", "sw.js"}
    assert not kept - files
    registrations = visitor.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))"
    )
    assert registrations == [host.url]
    assert visitor.evaluate("caches.keys()") == [f"calf-release {host.url}"]
    assert all(path.startswith(SUB_PATH) for path in host.asked)
    origin = host.url.removesuffix(SUB_PATH)
    answer = visitor.goto(f"{origin}/other-site/")
    assert answer is not None
    assert (answer.status, answer.from_service_worker) == (404, False)


def test_the_manifest_makes_the_site_installable(page: Page, url: str, site: Path) -> None:
    page.goto(f"{url}about/")
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["url"] == f"{url}manifest.webmanifest"
    assert not found["errors"]
    faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A context of a test is a private window.
    assert not [fault for fault in faults if fault["errorId"] != "in-incognito"]
    manifest = json.loads((site / "manifest.webmanifest").read_text("utf-8"))
    assert (manifest["start_url"], manifest["scope"]) == ("./", "./")
