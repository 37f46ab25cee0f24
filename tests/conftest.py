"""The built site, a server like GitHub Pages, and a real browser, for all tests."""

import fcntl
import gzip
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)

ROOT = Path(__file__).parents[1]
SUB_PATH = "/calf-release/"
ENVIRONMENT = ("SITE_URL", "SITE_DIR", "CONTACT_URL", "PUBLISHER", "BUILD_DATE", "BUILDER")
# The folder of a site that is built already, by scripts/test_site; its settings are its owner's.
TESTED_SITE = os.environ.get("TESTED_SITE")
SETTINGS_FILE = ROOT / ("mkdocs.yml" if TESTED_SITE else "tests/settings.yml")
PAGE_NAMES = sorted(file.stem for file in (ROOT / "docs").glob("*.md"))

# Each page below the site's address, and one that does not exist.
ADDRESSES = [*("" if name == "index" else f"{name}/" for name in PAGE_NAMES), "no-such-page/"]

Builder = Callable[..., Path]
PageOpener = Callable[..., Page]


class SettingsLoader(yaml.SafeLoader):
    """Reads settings as the builder does: `!ENV [NAME, default]`."""

    def from_environment(self, node: yaml.Node) -> object:
        assert isinstance(node, yaml.SequenceNode)
        name, default = self.construct_sequence(node)
        return (TESTED_SITE and os.environ.get(name)) or default


SettingsLoader.add_constructor("!ENV", SettingsLoader.from_environment)
# What the tested site is built with.
SETTINGS = yaml.load(SETTINGS_FILE.read_text("utf-8"), SettingsLoader)


@pytest.fixture(params=PAGE_NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Each page in turn, by the name of its file; a test holds it against the sitemap."""
    return str(request.param)


@pytest.fixture(params=ADDRESSES, ids=lambda address: address.strip("/") or "index")
def address(request: pytest.FixtureRequest) -> str:
    """Each page in turn as its address below the site's, and one that does not exist."""
    return str(request.param)


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Return a function that builds the site into a new folder with the given environment."""

    def build_site(*arguments: str, **environment: str) -> Path:
        if TESTED_SITE:
            pytest.skip("this is about another site than the one to be published")
        folder = tmp_path_factory.mktemp("site")
        # The reader's own settings must not decide what is tested.
        inherited = {k: v for k, v in os.environ.items() if k not in ENVIRONMENT}
        done = subprocess.run(
            [ROOT / "scripts/build", "--config-file", SETTINGS_FILE, *arguments],
            cwd=ROOT,
            # No review is overdue on that day, whenever the tests run.
            env=inherited | {"BUILD_DATE": "20260101"} | environment | {"SITE_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"the strict build failed:\n{done.stdout}"
        return folder

    return build_site


@pytest.fixture(scope="session")
def site(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built once for all of pytest-xdist's workers."""
    if TESTED_SITE:
        return ROOT / TESTED_SITE
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    built = base / "shared-site"
    with (base / "shared-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build().rename(built)
    return built


class PagesHandler(BaseHTTPRequestHandler):
    """Answers as GitHub Pages does for a project, and with nothing outside its sub-path."""

    protocol_version = "HTTP/1.1"

    def __init__(self, files: dict[str, Path], *args: Any) -> None:
        self.files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        inside = path.removeprefix(SUB_PATH)
        if inside == path:
            self.answer(404, "text/plain", b"outside of the site")
        elif (found := inside + "index.html" * (not inside or inside.endswith("/"))) in self.files:
            self.answer_file(200, self.files[found])
        elif f"{inside}/index.html" in self.files:
            self.answer(301, "text/plain", b"", location=f"{path}/")
        else:
            self.answer_file(404, self.files["404.html"])

    do_HEAD = do_GET

    def answer_file(self, status: int, file: Path) -> None:
        self.answer(status, guess_type(file.name)[0] or "application/octet-stream", read(file))

    def answer(self, status: int, kind: str, body: bytes, location: str = "") -> None:
        packed = "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = pack(body)
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        text = kind.startswith("text/")
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay silent: pytest's output is for faults."""


@cache
def read(file: Path) -> bytes:
    return file.read_bytes()


@cache
def pack(body: bytes) -> bytes:
    return gzip.compress(body, 6)


def files_of(site: Path) -> dict[str, Path]:
    """Return a table of a site's files: names, not the disk, so that letter-case counts."""
    return {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}


class PagesServer(ThreadingHTTPServer):
    """Takes as many connections at once as a browser with several pages opens."""

    request_queue_size = 128  # of 5, the default, one more connection waits for seconds
    daemon_threads = True


@contextmanager
def served(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve what a handler answers; give the address of the site, which ends with the sub-path."""
    server = PagesServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def url(site: Path) -> Iterator[str]:
    """Serve the site as GitHub Pages would; the address ends with the sub-path."""
    files = files_of(site)
    # A test imports a module by the name of its source, js/plan.js.
    sources = {re.sub("^js/[0-9a-f]{8}/", "js/", name): file for name, file in files.items()}
    with served(partial(PagesHandler, sources | files)) as address:
        yield address


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """Start the browser of scripts/get_browser with arguments of its own."""
    found = subprocess.run([ROOT / "scripts/get_browser"], stdout=subprocess.PIPE, text=True, check=True)
    # Chromium's sandbox does not start for root.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.stdout.strip() or None, args=[*arguments, *(["--no-sandbox"] if root else [])]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a browser that cannot leave this machine, not even by mistake."""
    with launched("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser:
        yield browser


def watch(context: BrowserContext, url: str) -> list[str]:
    """Return a list that fills with what goes wrong in a context's pages.

    Args:
        context: A fresh browser context.
        url: The site's address; whatever is not on its host is elsewhere.
    """
    faults: list[str] = []
    origin = url.removesuffix(SUB_PATH) + "/"

    def asked(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:", "about:")):
            faults.append(f"asked another host: {request.url}")

    def answered(response: Response) -> None:
        # A page that does not exist is opened on purpose; a file of it is not.
        if response.status >= 400 and not response.request.is_navigation_request():
            faults.append(f"status {response.status}: {response.url}")

    def logged(message: ConsoleMessage) -> None:
        # `asked` and `answered` report failed requests, apart from those made on purpose.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    context.on("request", asked)
    context.on("response", answered)
    context.on("console", logged)
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
    return faults


class Views:
    """Pages loaded once, in one context with scripts and one without, to look at and not to touch.

    Each call returns the page in the state asked for, whatever an earlier test asked for.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.contexts: dict[bool, BrowserContext] = {}
        self.pages: dict[tuple[str, bool], Page] = {}
        self.faults: list[str] = []

    def __call__(
        self,
        address: str,
        screen: ViewportSize,
        scheme: Literal["light", "dark"] = "light",
        media: Literal["screen", "print"] = "screen",
        *,
        scripts: bool = True,
    ) -> Page:
        page = self.pages.get((address, scripts)) or self.load(address, scripts)
        page.set_viewport_size(screen)
        page.emulate_media(color_scheme=scheme, media=media)
        page.evaluate(
            """document.getAnimations().filter(one => one instanceof CSSTransition)
                 .forEach(one => one.finish())"""
        )
        return page

    def load(self, address: str, scripts: bool) -> Page:
        if scripts not in self.contexts:
            context = self.browser.new_context(
                java_script_enabled=scripts, reduced_motion="reduce", service_workers="block"
            )
            self.faults = watch(context, self.url) if scripts else self.faults
            self.contexts[scripts] = context
        page = self.contexts[scripts].new_page()
        answer = page.goto(self.url + address)
        assert answer is not None
        assert answer.status == (404 if address == "no-such-page/" else 200), address
        assert not self.faults, "\n".join(self.faults)
        self.pages[address, scripts] = page
        return page


@pytest.fixture(scope="session")
def view(browser: Browser, url: str) -> Iterator[Views]:
    """Return a function that gives a loaded page on a screen, in a scheme and a medium."""
    views = Views(browser, url)
    yield views
    for context in views.contexts.values():
        context.close()
    assert not views.faults, "\n".join(views.faults)


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[PageOpener]:
    """Return a function that opens an empty page in a context of its own.

    Its arguments are those of Playwright's `new_context`. The test fails at its end
    when any of its pages logged an error or asked for something that did not come
    from the test server.
    """
    watched: list[tuple[BrowserContext, list[str]]] = []

    def open_one(**options: Any) -> Page:
        # What slides would be measured on its way.
        options.setdefault("reduced_motion", "reduce")
        # Each context would fetch a copy of the whole site; test_offline.py lets it.
        options.setdefault("service_workers", "block")
        context = browser.new_context(**options)
        watched.append((context, watch(context, url)))
        return context.new_page()

    yield open_one
    for context, _ in watched:
        context.close()
    faults = [fault for _, found in watched for fault in found]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_page: PageOpener) -> Page:
    """Return an empty page in a fresh context, on a desktop's screen."""
    return open_page(viewport={"width": 1280, "height": 800})


# The windows take `watch` from this file, so they cannot be imported above.


@pytest.fixture
def desk(browser: Browser, url: str) -> Iterator[Page]:
    """Lend a page on a desktop that stays open for all tests."""
    from windows import desktop

    yield from desktop(browser, url).lend()


@pytest.fixture
def fresh(desk: Page, url: str) -> Iterator[Page]:
    """Lend the desktop's page to a test that needs a new document, or leaves one that no other can use."""
    from windows import discard

    discard(desk, url)
    yield desk
    discard(desk, url)
