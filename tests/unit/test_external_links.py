"""Asking other sites, against a local server that does what servers do."""

import gzip
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import check_site
import pytest
import trustme
from checker import external
from checker.external import Answer, ask
from urllib3 import Timeout

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = '<p id="here"><p id="caf\u00e9">'.encode()


class Reply(NamedTuple):
    """What the server sends: a status with headers and a body, or bytes as they are."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 (never changed)
    body: bytes = b""
    raw: bytes = b""
    wait: float = 0  # seconds before it answers
    endless: bool = False


class Seen(NamedTuple):
    method: str
    path: str
    at: float


class Site:
    """A server whose replies a test sets: by path, or by method and path; the last one stays."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.agents: set[str | None] = set()
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0

    def reply(self, path: str, *replies: Reply) -> str:
        """Set what a path answers, one reply after the other, and return its address."""
        self.replies[path] = list(replies)
        return self.url + path.split()[-1]

    def methods(self, path: str) -> list[str]:
        return [seen.method for seen in self.seen if seen.path == path]

    def next(self, method: str, path: str) -> Reply:
        with self.lock:
            replies = self.replies.get(f"{method} {path}") or self.replies.get(path)
            if not replies:
                return Reply(404)
            return replies.pop(0) if len(replies) > 1 else replies[0]


@contextmanager
def serve(certificate: trustme.LeafCert | None = None) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            with made.lock:
                made.seen.append(Seen(self.command, self.path, time.monotonic()))
                made.agents.add(self.headers["User-Agent"])
                made.at_once += 1
                made.most_at_once = max(made.most_at_once, made.at_once)
            reply = made.next(self.command, self.path)
            time.sleep(reply.wait)
            with made.lock:  # before it answers, for the client may ask again at once
                made.at_once -= 1
            with suppress(OSError):  # the client has gone
                self.send(reply)

        do_GET = do_HEAD = answer

        def send(self, reply: Reply) -> None:
            if reply.raw:
                self.wfile.write(reply.raw)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(reply.body)
            while self.command == "GET" and reply.endless:
                self.wfile.write(b" " * 65536)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    made = Site(f"{scheme}://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.socket.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as started:
        yield started


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "BACK_OFF", 0.01)
    monkeypatch.setattr(external, "TIMEOUT", Timeout(connect=2, read=2))


def ids_of(html: bytes) -> set[str]:
    return set(re.findall(r'id="([^"]*)"', html.decode(errors="replace")))


def answers(*urls: str, cache: Path | None = None) -> dict[str, dict[str, Answer]]:
    """Ask addresses that may have fragments."""
    asked: dict[str, set[str]] = {}
    for url in urls:
        address, _, fragment = url.partition("#")
        asked.setdefault(address, set()).add(fragment)
    return ask(asked, ids_of, cache, 7)


def answer(url: str) -> Answer:
    """Ask one address or fragment, and return what is wrong with it; all is well: empty."""
    address, _, fragment = url.partition("#")
    told = answers(url).get(address, {})
    assert set(told) <= {"", fragment}
    return told.get(fragment) or told.get("") or Answer("", "")


WELL = Answer("", "")


def test_a_working_page_is_asked_once_and_only_for_its_head(site: Site) -> None:
    url = site.reply("/", Reply())
    assert answer(url) == WELL
    assert site.methods("/") == ["HEAD"]
    assert site.agents == {"check_site.py (link checker)"}


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_server_that_refuses_head_is_asked_for_the_page(site: Site, status: int) -> None:
    site.reply("HEAD /", Reply(status))
    assert answer(site.reply("GET /", Reply())) == WELL
    assert site.methods("/") == ["HEAD", "GET"]


def test_an_address_with_many_fragments_is_asked_once(site: Site) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    assert answers(url, url + "#here", url + "#caf%C3%A9", url + "#top") == {}
    assert site.methods("/") == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "level", "why"),
    [
        (404, "error", "answers: 404 Not Found"),
        (410, "error", "answers: 410 Gone"),
        (301, "warning", "answers: 301 Moved Permanently"),  # and says not where to
        (401, "warning", "answers: 401 Unauthorized"),
        (403, "warning", "answers: 403 Forbidden"),
        (418, "warning", "answers: 418 I'm a Teapot"),
        (429, "warning", "asks to come back later: 429 Too Many Requests"),
        (500, "warning", "answers: 500 Internal Server Error"),
        (503, "warning", "answers: 503 Service Unavailable"),
        (999, "warning", "answers: 999"),
    ],
)
def test_what_is_gone_is_a_fault_and_what_may_come_back_a_warning(
    site: Site, status: int, level: str, why: str
) -> None:
    assert answer(site.reply("/", Reply(status))) == Answer(level, why, "external")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_busy_server_is_asked_again(site: Site, status: int) -> None:
    assert answer(site.reply("/", Reply(status), Reply(status), Reply())) == WELL
    assert site.methods("/") == ["HEAD"] * 3


def test_the_waits_between_tries_grow(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "BACK_OFF", 0.15)
    answer(site.reply("/", Reply(503)))
    first, second, *_ = [after.at - before.at for before, after in pairwise(site.seen)]
    assert second >= 0.3 > first


def test_a_server_that_stays_busy_is_not_asked_for_long(site: Site) -> None:
    answer(site.reply("/503", Reply(503)))
    answer(site.reply("/429", Reply(429)))
    assert site.methods("/503") == ["HEAD"] * 3 + ["GET"]
    assert site.methods("/429") == ["HEAD"] * 3


def test_a_host_on_which_all_is_busy_is_not_waited_for_at_each_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "MOST_WAITING", 0.1)
    urls = [site.reply(f"/{n}", Reply(429, {"Retry-After": "1"})) for n in range(6)]
    urls.append(site.reply("/gone", Reply(404)))
    told = answers(*urls)
    assert [told[url][""].level for url in urls] == ["warning"] * 6 + ["error"]
    # Two at once waited; the others were asked but once.
    assert sorted(len(site.methods(f"/{n}")) for n in range(6)) == [1, 1, 1, 1, 3, 3]


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_a_server_asks_to_wait_is_waited(site: Site, status: int) -> None:
    url = site.reply("/", Reply(status, {"Retry-After": "1"}), Reply())
    assert answer(url) == WELL
    first, second = site.seen
    assert second.at - first.at >= 0.99


@pytest.mark.parametrize(
    "later", ["61", "86400", "9" * 400, "Fri, 31 Dec 2100 23:59:59 GMT", "soon", "9" * 5000]
)
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_long_wait_is_not_waited(site: Site, method: str, later: str) -> None:
    site.reply("HEAD /", Reply(405))
    told = answer(site.reply(f"{method} /", Reply(429, {"Retry-After": later}), Reply()))
    assert told.level == "warning"
    assert len(site.methods("/")) == ["HEAD", "GET"].index(method) + 1


def test_a_busy_page_without_an_end_is_not_read(site: Site) -> None:
    site.reply("HEAD /", Reply(405))
    url = site.reply(
        "GET /", Reply(503, endless=True), Reply(302, {"Location": "/x"}, endless=True)
    )
    assert answer(url) == Answer("error", "answers: 404 Not Found")


@pytest.mark.parametrize("status", [301, 308])
@pytest.mark.parametrize("target", ["/new", "new", "{}/new", "/new#part"])
def test_a_move_for_good_is_told_with_the_new_address(site: Site, status: int, target: str) -> None:
    site.reply("/new", Reply())
    url = site.reply("/", Reply(status, {"Location": target.format(site.url)}))
    assert answer(url) == Answer("warning", f"moved for good to {site.url}/new", "redirect")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_now_is_well(site: Site, status: int) -> None:
    site.reply("/new", Reply())
    assert answer(site.reply("/", Reply(status, {"Location": "/new"}))) == WELL


def test_only_the_first_lasting_redirects_tell_where_it_moved(site: Site) -> None:
    site.reply("/2", Reply(308, {"Location": "/3"}))
    site.reply("/3", Reply(302, {"Location": "/4"}))
    site.reply("/4", Reply(301, {"Location": "/5"}))
    site.reply("/5", Reply())
    url = site.reply("/1", Reply(301, {"Location": "/2"}))
    assert answers(url, site.url + "/3") == {
        url: {"": Answer("warning", f"moved for good to {site.url}/3", "redirect")}
    }


def test_a_new_address_is_read_as_browsers_do(site: Site) -> None:
    site.reply("/caf%C3%A9%20au%20lait", Reply())
    url = site.reply("/", Reply(301, {"Location": "/caf\u00e9 au lait".encode().decode("latin-1")}))
    assert answer(url).why == f"moved for good to {site.url}/caf%C3%A9%20au%20lait"


@pytest.mark.parametrize(("status", "level"), [(404, "error"), (403, "warning")])
def test_a_move_to_a_page_that_does_not_work_is_no_move(
    site: Site, status: int, level: str
) -> None:
    site.reply("/new", Reply(status))
    told = answer(site.reply("/", Reply(301, {"Location": "/new"})))
    assert (told.level, told.kind) == (level, "external")


@pytest.mark.parametrize("target", ["/", "/other"])
def test_a_redirect_loop_is_a_fault(site: Site, target: str) -> None:
    site.reply("/other", Reply(301, {"Location": "/"}))
    url = site.reply("/", Reply(302, {"Location": target}))
    assert answer(url) == Answer("error", "redirects without an end")


@pytest.mark.parametrize("target", ["ftp://example.org/", "mailto:a@b.c", "http://a:b/"])
def test_a_redirect_to_what_cannot_be_asked_is_a_warning(site: Site, target: str) -> None:
    told = answer(site.reply("/", Reply(302, {"Location": target})))
    assert told == Answer("warning", "leads to an address that cannot be asked")


@pytest.mark.parametrize("target", ["http://[::1", f"http://{'a' * 64}.example/", "http://\x01/"])
def test_a_redirect_to_garbage_is_a_warning(site: Site, target: str) -> None:
    assert answer(site.reply("/", Reply(302, {"Location": target}))).level == "warning"


@pytest.mark.parametrize("fragment", ["nowhere", "HERE", "caf", "%FF"])
def test_a_section_that_is_not_there_is_a_fault(site: Site, fragment: str) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    told = answers(url, url + "#here", f"{url}#{fragment}")
    assert told == {url: {fragment: Answer("error", "no such section on that page")}}


@pytest.mark.parametrize(
    "fragment", ["here", "h%65re", "caf%C3%A9", "top", "TOP", ":~:text=x", "here:~:text=x"]
)
def test_a_section_that_is_there_is_well(site: Site, fragment: str) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    assert answer(f"{url}#{fragment}") == WELL


def test_what_every_page_has_needs_no_page(site: Site) -> None:
    url = site.reply("/", Reply())
    assert answers(url, url + "#top", url + "#:~:text=x") == {}
    assert site.methods("/") == ["HEAD"]


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", None])
def test_sections_are_asked_of_pages_only(site: Site, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    assert answer(site.reply("/", Reply(headers=headers)) + "#page=2") == WELL


@pytest.mark.parametrize("kind", ["text/html", "Text/HTML;charset=x", "application/xhtml+xml"])
def test_a_packed_page_is_unpacked(site: Site, kind: str) -> None:
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    url = site.reply("/", Reply(headers=headers, body=gzip.compress(PAGE)))
    assert set(answers(url + "#here", url + "#nowhere")[url]) == {"nowhere"}


@pytest.mark.parametrize("size", [4_900_000, 5_100_000])
def test_a_page_too_long_to_be_read_has_no_missing_section(site: Site, size: int) -> None:
    url = site.reply("/", Reply(headers=HTML, body=b" " * size))
    assert answer(url + "#end").level == ("error" if size < 5_000_000 else "")


def test_a_page_without_an_end_is_left(site: Site) -> None:
    assert answer(site.reply("/", Reply(headers=HTML, endless=True)) + "#end") == WELL


def test_a_slow_page_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "MOST_SECONDS", 0)
    assert answer(site.reply("/", Reply(headers=HTML, body=PAGE)) + "#nowhere") == WELL


def test_a_page_that_moved_is_told_beside_its_missing_section(site: Site) -> None:
    site.reply("/new", Reply(headers=HTML, body=PAGE))
    url = site.reply("/", Reply(301, {"Location": "/new"}))
    told = answers(url + "#nowhere")[url]
    assert {one: said.kind for one, said in told.items()} == {"": "redirect", "nowhere": "external"}
    assert site.methods("/") == ["HEAD"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\n\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\nno gzip",
    ],
)
def test_garbage_is_a_warning(site: Site, raw: bytes) -> None:
    told = answer(site.reply("/", Reply(raw=raw)) + "#part")
    assert told == Answer("warning", "gives no proper answer")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nno header\r\n\xff: \xfe\r\nContent-Length: -7\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: \xff\r\nContent-Encoding: odd\r\n\r\n",
    ],
)
def test_small_oddities_do_not_matter(site: Site, raw: bytes) -> None:
    assert answer(site.reply("/", Reply(raw=raw)) + "#part") == WELL


def test_a_page_that_cannot_be_read_is_a_warning_and_the_others_are_asked(site: Site) -> None:
    def broken(html: bytes) -> Set[str]:
        raise RecursionError

    one = site.reply("/1", Reply(headers=HTML))
    two = site.reply("/2", Reply(404))
    told = ask({one: {"x"}, two: set()}, broken, None, 7)
    assert (told[one][""].level, told[two][""].level) == ("warning", "error")


def test_a_server_that_gives_no_answer_is_a_warning(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "TIMEOUT", Timeout(connect=0.3, read=0.3))
    told = answer(site.reply("/", Reply(wait=0.6)))
    assert told == Answer("warning", "gives no answer in time")


def test_a_server_that_breaks_off_is_asked_again(site: Site) -> None:
    broken = Reply(raw=b"\n")
    assert answer(site.reply("/1", broken, Reply())) == WELL
    assert answer(site.reply("/2", broken)).level == "warning"


def test_a_closed_port_is_a_warning() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert answer(f"http://127.0.0.1:{port}/") == Answer("warning", "cannot be connected to")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (socket.EAI_NONAME, Answer("error", "no such host")),
        (socket.EAI_AGAIN, Answer("warning", "this host could not be looked up now")),
    ],
)
def test_a_host_that_does_not_exist_is_a_fault_but_no_network_a_warning(
    monkeypatch: pytest.MonkeyPatch, code: int, told: Answer
) -> None:
    def lookup(*_: object) -> None:
        raise socket.gaierror(code, "told by the test")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert answer("https://example.invalid/") == told


Certified = Callable[..., Answer]


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certified:
    """Return a function that asks a server with a certificate, by an authority trusted or not."""

    def asked(host: str, until: datetime | None = None, trusted: bool = True) -> Answer:
        authority = trustme.CA()
        if trusted:
            authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with serve(authority.issue_cert(host, not_after=until)) as safe:
            return answer(safe.reply("/", Reply()))

    return asked


def test_a_good_certificate_is_well(certified: Certified) -> None:
    assert certified("127.0.0.1") == WELL


def test_a_bad_certificate_is_a_fault_with_its_reason(certified: Certified) -> None:
    for told, why in [
        (certified("127.0.0.1", trusted=False), "issuer|self.signed"),
        (certified("127.0.0.1", until=datetime(2020, 1, 1)), "expired"),
        (certified("example.org"), "mismatch"),
    ]:
        assert told.level == "error"
        assert re.search(f"bad certificate: .*({why})", told.why)


def test_a_server_that_speaks_no_tls_is_a_warning(site: Site) -> None:
    assert answer(site.url.replace("http:", "https:")).level == "warning"


def test_one_host_is_asked_by_two_at_once(site: Site) -> None:
    urls = [site.reply(f"/{number}", Reply(wait=0.03)) for number in range(12)]
    assert answers(*urls) == {}
    assert site.most_at_once == 2
    assert sorted(seen.path for seen in site.seen) == sorted(f"/{number}" for number in range(12))


def test_progress_is_told_up_to_the_last(site: Site, tmp_path: Path) -> None:
    urls = [site.reply(f"/{number}", Reply()) for number in range(3)]
    answers(urls[0], cache=tmp_path / "cache")
    told: list[tuple[int, int]] = []
    ask(
        {url: set() for url in urls},
        ids_of,
        tmp_path / "cache",
        7,
        lambda *done: told.append(done),
    )
    assert told == [(2, 3), (3, 3)]


def test_a_stop_asks_no_more(site: Site) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    urls = {site.reply(f"/{number}", Reply(wait=0.02)): set[str]() for number in range(20)}
    with pytest.raises(KeyboardInterrupt):
        ask(urls, ids_of, None, 7, stop)
    assert len(site.seen) < 10


def test_a_good_answer_is_kept_for_the_next_run(site: Site, tmp_path: Path) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    for _ in range(2):
        assert answers(url, url + "#here", cache=tmp_path / "new" / "cache") == {}
    assert site.methods("/") == ["HEAD", "GET"]
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["cache"]


def test_a_kept_answer_does_not_speak_for_other_sections(site: Site, tmp_path: Path) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    assert answers(url + "#here", cache=tmp_path / "cache") == {}
    assert answers(url + "#nowhere", cache=tmp_path / "cache")[url]["nowhere"].level == "error"


def test_a_bad_answer_is_not_kept(site: Site, tmp_path: Path) -> None:
    site.reply("/", Reply(301, {"Location": "/new"}))
    site.reply("/new", Reply(headers=HTML, body=PAGE))
    urls = [f"{site.url}/{page}" for page in ("", "gone", "new#nowhere")]
    first = answers(*urls, cache=tmp_path / "cache")
    assert len(first) == 3
    assert answers(*urls, cache=tmp_path / "cache") == first
    assert json.loads((tmp_path / "cache").read_text()) == {}


def age(cache: Path, days: float) -> None:
    kept = json.loads(cache.read_text())
    for entry in kept.values():
        entry["asked"] -= days * 86400
    cache.write_text(json.dumps(kept))


@pytest.mark.parametrize(("days", "times"), [(6.9, 1), (7.1, 2), (-1, 2)])
def test_an_answer_is_kept_for_some_days(
    site: Site, tmp_path: Path, days: float, times: int
) -> None:
    url = site.reply("/", Reply())
    answers(url, cache=tmp_path / "cache")
    age(tmp_path / "cache", days)
    answers(url, cache=tmp_path / "cache")
    assert site.methods("/") == ["HEAD"] * times


def test_what_is_not_asked_for_stays_until_it_is_too_old(site: Site, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    one, two, three = (site.reply(f"/{number}", Reply()) for number in range(3))
    answers(one, cache=cache)
    age(cache, 5)
    answers(two, cache=cache)
    assert set(json.loads(cache.read_text())) == {one, two}
    age(cache, 5)
    answers(three, cache=cache)
    assert set(json.loads(cache.read_text())) == {two, three}


def test_what_breaks_is_no_longer_kept(site: Site, tmp_path: Path) -> None:
    url = site.reply("/", Reply(headers=HTML, body=PAGE))
    answers(url, cache=tmp_path / "cache")
    site.reply("/", Reply(404))
    answers(url + "#here", cache=tmp_path / "cache")
    assert json.loads((tmp_path / "cache").read_text()) == {}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"URL": 1}',
        b'{"URL": {"asked": "x", "fragments": []}}',
        b'{"URL": {"asked": NaN, "fragments": []}}',
        b'{"URL": {"asked": NOW, "fragments": [[]]}}',
        b'{"URL": {"asked": NOW}}',
    ],
)
def test_a_broken_cache_is_written_anew(site: Site, tmp_path: Path, text: bytes) -> None:
    url = site.reply("/", Reply())
    cache = tmp_path / "cache"
    cache.write_bytes(text.replace(b"URL", url.encode()).replace(b"NOW", b"%f" % time.time()))
    assert answers(url, cache=cache) == {}
    assert site.methods("/") == ["HEAD"]
    assert set(json.loads(cache.read_text())) == {url}


def test_a_cache_that_cannot_be_written_is_left_out(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for cache in (tmp_path / "file" / "cache", tmp_path / "folder"):
        assert answers(site.reply("/", Reply()), cache=cache) == {}
    assert {file.name for file in tmp_path.iterdir()} == {"file", "folder"}


def test_nothing_asked_is_nothing_wrong() -> None:
    assert answers() == {}


# As the program asks


@pytest.fixture
def folder(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """Go where a site of one page links to the server, and return the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    site.reply("/moved", Reply(301, {"Location": "/here"}))
    site.reply("/here", Reply(200, HTML, PAGE))
    links = ["gone", "moved", "here#here", "here#there", "here", "moved#here"]
    text = "".join(f'\n<a href="{site.url}/{one}">' for one in links)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text(text)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(text)
    return tmp_path


def test_links_to_other_sites_are_asked_only_on_demand(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_site.main(["site"]) == 0
    assert not site.seen
    assert check_site.main(["site", "--external"]) == 1
    *lines, _ = capsys.readouterr().out.splitlines()[1:]
    assert lines.pop().endswith(f"{site.url}/moved#here: moved for good to {site.url}/here#here")
    assert lines == [
        f"docs/index.md:2: {site.url}/gone: answers: 404 Not Found",
        f"docs/index.md:3: warning: {site.url}/moved: moved for good to {site.url}/here",
        f"docs/index.md:5: {site.url}/here#there: no such section on that page",
    ]
    assert (folder / ".cache/check_site.json").exists()


def test_an_exception_with_its_reason_is_not_asked(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    exceptions = f'"{site.url}/g*" = "comes and goes"\n"{site.url}/here" = "made by a script"\n'
    (folder / "pyproject.toml").write_text(f"[tool.check_site.exceptions]\n{exceptions}")
    assert check_site.main(["site", "--external"]) == 0
    assert site.methods("/gone") == []
    assert capsys.readouterr().out.count("warning: ") == 2


def test_progress_is_shown_on_a_terminal_only(folder: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminal to try it in")
    command = [sys.executable, check_site.__file__, "site", "--external"]
    quiet = subprocess.run(command, capture_output=True, check=False)
    assert quiet.stderr == b""
    ours, theirs = pty.openpty()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=False)
    assert b"3 of 3 addresses asked" in os.read(ours, 9999)
