"""Measure the site checker on a large site, beside the least that any checker must do.

Run: .venv/bin/python tests/benchmark_check_site.py [SITE_DIR]

Without a folder, of a made site of 1,000 pages with 150,000 links. In turn, each in a process of
its own: the whole check, and only reading and parsing the same bytes with the same parser.
"""

import random
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "scripts"
MENU, SECTIONS, LINKS = 100, 20, 30  # on each page; with one permalink a section: 150 links
WORDS = "Some words of a text stand here, <em>plain</em> ones, as many as a page has. "
PAGES = 1000
CHECK = "import check_site; check_site.main([sys.argv[1]])"
PARSE = """
from pathlib import Path
from check_site import parse
for file in Path(sys.argv[1]).rglob("*.html"):
    parse(file.read_bytes())
"""
TIMED = """
import sys, time
sys.path.insert(0, {scripts!r})
{code}
print(time.process_time())
"""


def page(number: int, of: int, chance: random.Random) -> str:
    """Return one page of the site: the menu, and sections with links to sections of others."""
    menu = "".join(f'<a href="../page-{one * of // MENU}/">{one}</a>' for one in range(MENU))
    sections = []
    for one in range(SECTIONS):
        links = "".join(
            f'<a href="../page-{chance.randrange(of)}/#part-{chance.randrange(SECTIONS)}">more</a> '
            for _ in range(one * LINKS // SECTIONS, (one + 1) * LINKS // SECTIONS)
        )
        sections.append(
            f'<h2 id="part-{one}">Part {one}<a class="headerlink" href="#part-{one}">¶</a></h2>'
            f"<p>{WORDS * 5}{links}</p><p>{WORDS * 5}</p>"
        )
    return f"<!doctype html><title>{number}</title><nav>{menu}</nav><main>{''.join(sections)}"


def make(folder: Path, pages: int) -> None:
    """Write a site without a fault; the home page is the first of the pages."""
    chance = random.Random(1)
    for number in range(pages):
        file = folder / f"page-{number}/index.html"
        file.parent.mkdir()
        file.write_text(page(number, pages, chance), encoding="utf-8")


def measure(code: str, folder: Path) -> float:
    """Return the CPU seconds that a process needs to run code on a folder."""
    program = TIMED.format(scripts=str(SCRIPTS), code=code)
    command = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the best of some runs of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name).resolve()
        if len(sys.argv) == 1:
            make(folder, PAGES)
        runs = [(measure(CHECK, folder), measure(PARSE, folder)) for _ in range(5)]
    check, parse = (min(times) for times in zip(*runs, strict=True))
    print(f"check {check:.2f} s, parsing {parse:.2f} s of CPU: {check / parse:.2f} times")


if __name__ == "__main__":
    main()
