"""Measures the site checker on a large site, beside the least that any checker must do.

Run: .venv/bin/python tests/benchmark_check_site.py

It makes a site of 1,000 pages, with one menu on all of them and 150,000 links, in a folder.
In turn, each in a process of its own and with Python's start: the whole check, and only reading and
parsing the same bytes with the same parser. Prints the best of each, and what came out.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "scripts"
MENU, SECTIONS, LINKS = 100, 20, 30  # on each page; with one permalink a section: 150 links
WORDS = "Some words of a text stand here, <em>plain</em> ones, as many as a page has. "

# What a process does, and then prints: megabytes of its own and of its helpers.
CHECK = "import check_site; check_site.main([sys.argv[1]])"
PARSE = """
from pathlib import Path
from checker.pages import parse
for file in Path(sys.argv[1]).rglob("*.html"):
    parse(file.read_bytes())
"""
MEASURED = """
import sys
sys.path.insert(0, {scripts!r})
{code}
import resource
print(*[resource.getrusage(one).ru_maxrss / 1024
        for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)])
"""


def page(number: int, of: int, chance: random.Random) -> str:
    """Return one page of the site: the menu, and sections with links to sections of others."""
    menu = "".join(
        f'<li class="nav__item"><a href="../page-{one * of // MENU}/" class="nav__link">'
        f"<span>Page {one} of the menu</span></a></li>"
        for one in range(MENU)
    )
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
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title>'
        f"</head><body><nav><ul>{menu}</ul></nav><main>{''.join(sections)}</main></body></html>"
    )


def make(folder: Path, pages: int) -> None:
    """Write a site without a fault; the home page is the first of the pages."""
    chance = random.Random(1)
    for number in range(pages):
        file = folder / f"page-{number}/index.html"
        file.parent.mkdir()
        file.write_text(page(number, pages, chance), encoding="utf-8")


def measure(code: str, folder: Path) -> tuple[list[float], str]:
    """Run code on a folder; return seconds and megabytes, and what it printed before them."""
    start = time.perf_counter()
    program = MEASURED.format(scripts=str(SCRIPTS), code=code)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    took = time.perf_counter() - start
    said, _, numbers = done.stdout.strip().rpartition("\n")
    return [took, *map(float, numbers.split())], said


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, asked.pages)
        size = sum(file.stat().st_size for file in folder.rglob("*.html"))
        runs = [(measure(CHECK, folder), measure(PARSE, folder)) for _ in range(asked.runs)]
    (took, *memory), said = min(check for check, _ in runs)
    parsed = min(parse[0][0] for _, parse in runs)
    links = asked.pages * (MENU + SECTIONS + LINKS)
    print(f"{said.splitlines()[-1]}, {size / 1e6:.1f} MB, best of {asked.runs} runs")
    rates = f"{asked.pages / took:,.0f} pages and {links / took:,.0f} links a second"
    print(f"the whole check      {took:.3f} s, {rates}")
    print(f"reading and parsing  {parsed:.3f} s, in one process")
    print(f"ratio                {took / parsed:.2f}, of 2 at most")
    print(f"peak memory          {sum(memory):.0f} MB of 100, {memory[1]:.0f} of them of a helper")


if __name__ == "__main__":
    main()
