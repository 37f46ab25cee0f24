"""After one visit the site is there without a network, and its owner can take that back."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from conftest import PAGE_NAMES, SUB_PATH, Builder, PagesHandler, files_of, served, watch
from measures import PHONE, open_search
from playwright.sync_api import Browser, Page, expect
from test_guided_session import ROUNDS, begin, press, timed, visit

ROOT = Path(__file__).parents[2]
KEPT = """async () => {
  const [name] = (await caches.keys()).filter(name => name.startsWith("calf-release"));
  const requests = name ? await (await caches.open(name)).keys() : [];
  return requests.map(({url}) => decodeURIComponent(url));
}"""
LINE = ".cr-copy"


class Host:
    """A server that can be out of reach or slow, and that gets new deploys."""

    def __init__(self, site: Path) -> None:
        self.files = files_of(site)
        self.is_down = False
        self.may_be_kept = False
        self.may_answer = Event()
        self.may_answer.set()
        self.asked: list[str] = []
        self.url = ""

    def deploy(self, folder: Path, page: str, old: str, new: str) -> None:
        """Publish the site with other words on a page, and the worker's list that goes with it."""
        found = self.files[f"{page}/index.html"].read_text("utf-8")
        assert old in found
        worker = self.files["sw.js"].read_text("utf-8")
        changed = folder / f"{page}.html"
        changed.write_text(found.replace(old, new), "utf-8")
        worker = worker.replace(
            digest(self.files[f"{page}/index.html"].read_bytes()), digest(changed.read_bytes())
        )
        script = folder / f"{page}.sw.js"
        script.write_text(worker, "utf-8")
        self.files |= {f"{page}/index.html": changed, "sw.js": script}


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Answers(PagesHandler):
    """Answers as the host does at the moment."""

    def __init__(self, host: Host, *args: Any) -> None:
        self.host = host
        super().__init__(host.files, *args)

    def do_GET(self) -> None:
        self.host.asked.append(self.path)
        self.host.may_answer.wait(30)
        if self.host.is_down:
            self.close_connection = True
            return
        super().do_GET()

    def end_headers(self) -> None:
        if self.host.may_be_kept:
            self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


@pytest.fixture
def host(site: Path) -> Iterator[Host]:
    host = Host(site)
    with served(partial(Answers, host)) as address:
        host.url = address
        yield host
        host.may_answer.set()


@pytest.fixture
def new_reader(browser: Browser, host: Host) -> Iterator[Page]:
    """Return an empty page, whose context asks no other host and logs no error of a script."""
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    faults = watch(context, host.url)
    yield context.new_page()
    context.close()
    # A host that is out of reach is told to the reader, not to the console's.
    assert not [fault for fault in faults if not fault.startswith("status ")]


@pytest.fixture
def visitor(new_reader: Page, host: Host) -> Page:
    """Return a page whose reader has visited the home page once, and has its copy."""
    new_reader.goto(host.url)
    wait_for_the_worker(new_reader)
    return new_reader


def wait_for_the_worker(page: Page) -> None:
    """Wait until the worker of the last deploy has taken over."""
    page.evaluate(
        """async () => {
             const registration = await navigator.serviceWorker.ready;
             await registration.update();
             const {installing, waiting, active} = registration;
             const worker = installing ?? waiting ?? active;
             while (worker.state !== "activated")
               await new Promise(then => { worker.onstatechange = then; });
           }"""
    )


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what the browser does by itself, 20 s at most."""
    end = monotonic() + 20
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def told(page: Page) -> str | None:
    line = page.locator(LINE)
    return line.inner_text() if line.is_visible() else None


def test_after_one_visit_every_page_opens_without_a_network(visitor: Page, host: Host) -> None:
    host.is_down = True
    for name in PAGE_NAMES:
        visitor.goto(host.url + ("" if name == "index" else f"{name}/"))
        assert visitor.locator("article h1").is_visible(), name
        found = told(visitor)
        assert found is not None, name
        assert re.search(r"This is a copy saved on \d{1,2} [A-Z][a-z]+ 20\d\d\.", found)


def test_a_page_from_the_network_does_not_say_that_it_is_a_copy(visitor: Page, host: Host) -> None:
    visitor.goto(f"{host.url}about/")
    assert told(visitor) is None


def test_a_session_runs_and_is_saved_without_a_network(visitor: Page, host: Host) -> None:
    host.is_down = True
    timed(visitor)
    visit(visitor, host.url)
    begin(visitor)
    press(visitor, *ROUNDS, "Skip", "Skip", "Save", "Close")
    visitor.goto(f"{host.url}progress/")
    expect(visitor.locator("#log table")).to_contain_text("22 Nov 2026")


def test_a_code_is_drawn_and_a_word_is_found_without_a_network(visitor: Page, host: Host) -> None:
    host.is_down = True
    visitor.goto(f"{host.url}handout/")
    expect(visitor.locator(".cr-handout__code svg")).to_be_visible()
    open_search(visitor)
    visitor.locator(".cr-search li a").first.click()
    assert visitor.locator("article h1").is_visible()


@pytest.mark.parametrize("lost", ["no-such-page/", "a/b/c"])
def test_a_wrong_address_gets_help_without_a_network(visitor: Page, host: Host, lost: str) -> None:
    host.is_down = True
    visitor.goto(host.url + lost)
    assert "cannot find that page" in visitor.locator("h1").inner_text()
    visitor.get_by_role("link", name="Do the release", exact=True).first.click()
    assert visitor.url == f"{host.url}release/"


def test_a_plan_link_without_its_slash_opens_without_a_network(visitor: Page, host: Host) -> None:
    host.is_down = True
    host.asked.clear()
    visitor.goto(f"{host.url}release#side=left&rounds=3&seconds=60")
    assert visitor.url == f"{host.url}release/#side=left&rounds=3&seconds=60"
    expect(visitor.locator("#plan")).to_contain_text("Left calf")
    # The network is waited for once.
    assert f"{SUB_PATH}release" not in host.asked


def test_new_words_reach_the_reader_at_the_next_visit(
    visitor: Page, host: Host, tmp_path: Path
) -> None:
    # The host lets a browser show what it has for ten minutes.
    host.may_be_kept = True
    visitor.goto(f"{host.url}about/")
    host.deploy(tmp_path, "about", "About this site</h1>", "About our site</h1>")
    visitor.goto(f"{host.url}about/")
    assert visitor.locator("h1").inner_text() == "About our site"


def test_a_new_deploy_replaces_what_changed_and_fetches_nothing_else(
    visitor: Page, host: Host, tmp_path: Path
) -> None:
    before = set(visitor.evaluate(KEPT))
    host.deploy(tmp_path, "about", "About this site</h1>", "About our site</h1>")
    host.asked.clear()
    visitor.goto(f"{host.url}safety/")
    wait_for_the_worker(visitor)
    fetched = {path.removeprefix(SUB_PATH) for path in host.asked}
    assert fetched - {"sw.js", "safety/"} == {"about/"}
    after = set(visitor.evaluate(KEPT))
    assert len(after) == len(before)
    [gone], [new] = before - after, after - before
    assert gone.split("?")[0] == new.split("?")[0] == f"{host.url}about/"
    host.is_down = True
    visitor.goto(f"{host.url}about/")
    assert visitor.locator("h1").inner_text() == "About our site"


def test_an_update_does_not_break_an_open_session(
    visitor: Page, host: Host, tmp_path: Path
) -> None:
    visitor.goto(f"{host.url}release/")
    visitor.get_by_role("button", name="Start the guided session").click()
    dialog = visitor.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # Another tab meets the new deploy, and its worker takes over all tabs.
    other = visitor.context.new_page()
    host.deploy(tmp_path, "release", "Do the release</h1>", "Do it</h1>")
    other.goto(f"{host.url}release/")
    wait_for_the_worker(other)
    expect(other.locator("h1")).to_have_text("Do it")
    dialog.get_by_role("button", name=re.compile("None of these")).click()
    expect(dialog).to_contain_text("0")
    expect(visitor.locator("h1")).to_have_text("Do the release")


def test_a_page_from_before_a_deploy_still_gets_its_scripts(visitor: Page, host: Host) -> None:
    named = visitor.evaluate(
        "async url => Object.keys(await import(url))", f"{host.url}js/0/find.js"
    )
    assert named == ["start"]


def test_a_slow_network_gets_the_copy(visitor: Page, host: Host) -> None:
    host.may_answer.clear()
    visitor.goto(f"{host.url}about/")
    found = told(visitor)
    assert found is not None
    assert found.startswith("No connection, or a very slow one.")


def test_an_accident_of_the_host_gets_the_copy(
    visitor: Page, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "do_GET", lambda self: self.answer(503, "text/plain", b"later"))
    visitor.goto(f"{host.url}about/")
    assert told(visitor) is not None
    assert visitor.locator("h1").inner_text() == "About this site"


def test_a_file_that_is_not_what_it_should_be_leaves_the_earlier_copy(
    visitor: Page, host: Host, tmp_path: Path
) -> None:
    before = set(visitor.evaluate(KEPT))
    host.deploy(tmp_path, "about", "About this site</h1>", "About our site</h1>")
    # The network changed it on its way.
    host.files["about/index.html"].write_text("<h1>Click here to win</h1>", "utf-8")
    answer = visitor.evaluate(
        """async () => {
             const registration = await navigator.serviceWorker.ready;
             await registration.update();
             const worker = registration.installing;
             while (worker && worker.state === "installing")
               await new Promise(then => { worker.onstatechange = then; });
             return worker?.state;
           }"""
    )
    assert answer == "redundant"
    assert set(visitor.evaluate(KEPT)) == before
    host.is_down = True
    visitor.goto(f"{host.url}about/")
    assert visitor.locator("h1").inner_text() == "About this site"


def test_full_storage_leaves_the_site_as_it_is(new_reader: Page, host: Host) -> None:
    page = new_reader
    session = page.context.new_cdp_session(page)
    origin = host.url.removesuffix(SUB_PATH)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 60_000})
    page.goto(host.url)
    wait_until(lambda: f"{SUB_PATH}faq/" in host.asked)  # the worker fetches what it should keep
    # What space there is is not taken by half a copy.
    wait_until(lambda: page.evaluate("caches.keys()") == [])
    page.goto(f"{host.url}about/")
    assert page.locator("h1").inner_text() == "About this site"
    assert told(page) is None


@pytest.fixture(scope="module")
def taken_back(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site as it is built where the owner wants no copies."""
    settings = tmp_path_factory.mktemp("settings") / "mkdocs.yml"
    settings.write_text(
        f"""INHERIT: {ROOT}/mkdocs.yml
docs_dir: {ROOT}/docs
theme: {{custom_dir: {ROOT}/overrides}}
extra: {{offline: false}}
""",
        "utf-8",
    )
    return build("--config-file", str(settings))


def test_the_owner_can_take_worker_and_copies_back(
    visitor: Page, host: Host, taken_back: Path
) -> None:
    # Of another site on the same host.
    visitor.evaluate("caches.open('calf-release elsewhere').then(() => caches.open('theirs'))")
    host.files.clear()
    host.files |= files_of(taken_back)
    visitor.goto(host.url)
    visitor.evaluate(
        """async () => {
             while (await navigator.serviceWorker.getRegistration())
               await new Promise(then => setTimeout(then, 20));
           }"""
    )
    assert visitor.evaluate("caches.keys()") == ["calf-release elsewhere", "theirs"]
    visitor.goto(f"{host.url}about/")
    assert visitor.locator("h1").inner_text() == "About this site"
    assert visitor.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_nothing_outside_the_sub_path_is_touched(visitor: Page, host: Host) -> None:
    registrations = visitor.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))"
    )
    assert registrations == [host.url]
    assert visitor.evaluate("caches.keys()") == [f"calf-release {host.url}"]
    assert all(address.startswith(host.url) for address in visitor.evaluate(KEPT))
    assert all(path.startswith(SUB_PATH) for path in host.asked)
    origin = host.url.removesuffix(SUB_PATH)
    answer = visitor.goto(f"{origin}/other-site/")
    assert answer is not None
    assert (answer.status, answer.from_service_worker) == (404, False)


def test_every_file_that_a_page_asks_for_is_kept(visitor: Page, host: Host, site: Path) -> None:
    kept = {address.split("?")[0].removeprefix(host.url) for address in visitor.evaluate(KEPT)}
    files = {re.sub(r"(^|/)index\.html$", r"\1", name) for name in files_of(site)}
    # For those who list the site or share a link; a worker does not keep itself.
    assert files - kept == {"images/share.png", "sitemap.xml", "sitemap.xml.gz", "sw.js"}
    assert not kept - files


def test_the_manifest_makes_the_site_a_program_of_the_phone(
    page: Page, url: str, site: Path
) -> None:
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
    for icon in manifest["icons"]:
        page.goto(url + icon["src"])
