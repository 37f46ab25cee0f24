"""Asks the addresses on other sites that links lead to."""

import json
import os
import socket
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import responses as PHRASES
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self
from urllib.parse import unquote, urljoin, urlsplit

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout, exceptions, make_headers
from urllib3.util import parse_url

TIMEOUT = Timeout(connect=10, read=20)  # seconds
BACK_OFF = 1.0  # seconds, doubled with each further try
LONGEST_WAIT = 60  # seconds that a server may ask to wait
MOST_WAITING = 120  # seconds for addresses of one host that stay busy; then each has one try
MOST_REDIRECTS = 20  # as browsers
MOST_BYTES, MOST_SECONDS = 5_000_000, 60  # of one page
AT_ONCE, AT_ONCE_TO_ONE = 16, 2  # requests in all, and to one host
BUSY = frozenset({429, 500, 502, 503, 504})
NO_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
HEADERS = make_headers(accept_encoding=True, user_agent="check_site.py (link checker)")
REASONS = {  # the first that fits
    exceptions.NameResolutionError: ("warning", "this host could not be looked up now"),
    exceptions.NewConnectionError: ("warning", "cannot be connected to"),
    exceptions.TimeoutError: ("warning", "gives no answer in time"),
    exceptions.SSLError: ("warning", "makes no secure connection"),
    exceptions.LocationValueError: ("warning", "leads to an address that cannot be asked"),
    exceptions.ResponseError: ("error", "redirects without an end"),
    Exception: ("warning", "gives no proper answer"),
}


@dataclass(frozen=True)
class Answer:
    """What is wrong with an address, or with one of its fragments."""

    level: str  # `error`, `warning`, or nothing when all is well
    why: str
    kind: str = "external"  # or `redirect`: moved for good to a page that works


class Patience(Retry):
    """Tries again, but neither waits for long nor reads what is of no use."""

    def increment(self, *args: Any, **told: Any) -> Self:
        """Count a try; raise MaxRetryError when there should be no other."""
        if (response := told.get("response")) is not None:
            response.close()  # urllib3 would read the body to its end, which may never come
            if (self.get_retry_after(response) or 0) > LONGEST_WAIT:
                raise exceptions.MaxRetryError(told["_pool"], "")
        return super().increment(*args, **told)


def follow(
    web: PoolManager, method: str, url: str, retries: Retry | bool
) -> tuple[BaseHTTPResponse, str, str]:
    """Return the answer behind all redirects, its address, and where the first ones moved to."""
    moved, lasting = "", True
    for _ in range(MOST_REDIRECTS + 1):
        head = method == "HEAD"  # has no body, so its connection is soon free for others
        response = web.urlopen(
            method, url, redirect=False, retries=retries, timeout=TIMEOUT, preload_content=head
        )
        location = response.get_redirect_location()
        if not location:
            return response, url, moved
        response.close()  # urllib3's own redirects would read the body, see above
        with suppress(UnicodeError):  # servers send UTF-8, and Python reads Latin-1
            location = location.encode("latin-1").decode()
        url = urljoin(url, location)
        lasting = lasting and response.status in (301, 308)
        moved = url if lasting else moved
    raise exceptions.ResponseError


def read_page(response: BaseHTTPResponse) -> bytes | None:
    """Return a whole page; nothing where it is no HTML, too long or too slow."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    page, end = bytearray(), time.monotonic() + MOST_SECONDS
    while kind in ("text/html", "application/xhtml+xml"):
        part = response.read1(2**16)
        page += part
        if not part:
            return bytes(page)
        if len(page) > MOST_BYTES or time.monotonic() > end:
            break
    return None


def ask_one(
    web: PoolManager,
    url: str,
    fragments: Set[str],
    ids_of: Callable[[bytes], Set[str]],
    patient: bool = True,
) -> dict[str, Answer]:
    """Ask one address; see `ask`."""
    names = {one: one.partition(":~:")[0] for one in fragments}
    names = {one: name for one, name in names.items() if unquote(name).lower() not in ("", "top")}
    patience = Patience(None, 1, 1, status=2, other=0, status_forcelist=BUSY, raise_on_status=False)
    patience.status = 2 if patient else 0
    patience.backoff_factor = BACK_OFF
    response, end, moved = follow(web, "HEAD", url, patience)
    later = response.status in BUSY and "Retry-After" in response.headers
    if response.status >= 300 and response.status != 429 and not later:  # some refuse HEAD
        again = False if response.status in BUSY else patience
        response, end, moved = follow(web, "GET", url, again)
    elif response.status < 300 and names:
        response, _, _ = follow(web, "GET", end, patience)
    with closing(response):
        status = response.status
        if status >= 300:  # or a redirect to nowhere
            level = "error" if status in (404, 410) else "warning"
            why = "asks to come back later" if later or status == 429 else "answers"
            return {"": Answer(level, f"{why}: {status} {PHRASES.get(status, '')}".strip())}
        page = read_page(response) if names else None
    answers = {}
    if moved:
        new = parse_url(moved)._replace(fragment=None).url
        answers[""] = Answer("warning", f"moved for good to {new}", "redirect")
    ids = ids_of(page) if page is not None else {*names.values()}  # not known: no fault
    for fragment, name in names.items():
        if name not in ids and unquote(name) not in ids:
            answers[fragment] = Answer("error", "no such section on that page")
    return answers


def reason(error: Exception) -> Answer:
    """Tell why there was no answer."""
    cause = (isinstance(error, exceptions.MaxRetryError) and error.reason) or error
    inner = cause.args[0] if cause.args else None
    if isinstance(inner, ssl.SSLCertVerificationError):
        return Answer("error", f"bad certificate: {inner.verify_message}")
    if isinstance(cause, exceptions.NameResolutionError):
        lookup = cause.__cause__
        if isinstance(lookup, OSError) and lookup.errno in NO_HOST:
            return Answer("error", "no such host")
    return next(Answer(*told) for kind, told in REASONS.items() if isinstance(cause, kind))


def load(cache: Path | None, days: float) -> dict[str, dict[str, Any]]:
    """Return the good answers that are not too old: address -> when asked, and which fragments."""
    kept = {}
    if cache is not None:
        with suppress(Exception):  # a broken cache is as good as none
            for url, entry in json.loads(cache.read_bytes()).items():
                if 0 <= time.time() - entry["asked"] <= days * 86400:
                    kept[url] = {
                        "asked": entry["asked"],
                        "fragments": sorted({*entry["fragments"]}),
                    }
    return kept


def save(cache: Path, kept: dict[str, dict[str, Any]]) -> None:
    """Write the good answers, all or nothing."""
    with suppress(OSError):  # the next run asks again
        cache.parent.mkdir(parents=True, exist_ok=True)
        whole = cache.with_name(f"{cache.name}.{os.getpid()}")
        try:
            whole.write_text(json.dumps(kept, indent=1), "utf-8")
            whole.replace(cache)
        finally:
            whole.unlink(missing_ok=True)


def ask(
    urls: Mapping[str, Set[str]],
    ids_of: Callable[[bytes], Set[str]],
    cache: Path | None,
    days: float,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, dict[str, Answer]]:
    """Ask each address once: HEAD, and GET where that is refused or fragments are asked.

    Args:
        urls: Each address without its fragment -> the fragments that links ask of it.
        ids_of: Returns the ids (and `<a name>`s) of an HTML answer.
        cache: The file that keeps good answers between runs, if any; a broken one is left out.
        days: How old a kept answer may be.
        progress: Is told how many of how many addresses are done.

    Returns:
        Address -> fragment -> what is wrong. The fragment "" stands for the address itself: that
        answer is for every link to it. A key that is missing means that all is well.
    """
    kept = load(cache, days)
    queues: dict[str | None, deque[str]] = defaultdict(deque)
    for url, asked in urls.items():
        if url not in kept or not asked <= {*kept[url]["fragments"]}:
            queues[urlsplit(url).hostname].append(url)
    waited: dict[int, float] = defaultdict(float)  # seconds in vain, by queue
    news: SimpleQueue[tuple[str, dict[str, Answer]]] = SimpleQueue()

    def work(web: PoolManager, queue: deque[str]) -> None:
        with suppress(IndexError):  # the queue is empty
            while True:
                url, start = queue.popleft(), time.monotonic()
                patient = waited[id(queue)] < MOST_WAITING
                try:
                    answers = ask_one(web, url, urls[url], ids_of, patient)
                except Exception as error:  # whatever a server sends: the others must be asked
                    answers = {"": reason(error)}
                if "" in answers and answers[""].kind == "external":
                    waited[id(queue)] += time.monotonic() - start
                news.put((url, answers))

    faults = {}
    todo = sum(map(len, queues.values()))
    with PoolManager(4 * AT_ONCE, HEADERS) as web, ThreadPoolExecutor(AT_ONCE) as workers:
        try:
            for queue in queues.values():
                for _ in range(min(AT_ONCE_TO_ONE, len(queue))):
                    workers.submit(work, web, queue)
            for done in range(len(urls) - todo, len(urls)):
                url, answers = news.get()
                kept.pop(url, None)
                if answers:
                    faults[url] = answers
                else:
                    kept[url] = {"asked": time.time(), "fragments": sorted(urls[url])}
                progress(done + 1, len(urls))
        finally:  # after Ctrl-C, too
            for queue in queues.values():
                queue.clear()
            if cache is not None:
                save(cache, kept)
    return faults
