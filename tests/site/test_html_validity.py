"""The Nu HTML checker, by the standard's maintainers, finds no error."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from conftest import TESTED_SITE
from front_matter import ROOT

VERSION = "26.9.27"
# As the registry states it for this version.
SHA512 = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
CACHE = ROOT / ".cache"


@pytest.fixture(scope="module")
def checker() -> Path:
    """Return the checker's program, downloaded once into a folder that Git ignores."""
    archive = CACHE / f"vnu-jar-{VERSION}.tgz"
    program = CACHE / f"vnu-{VERSION}.jar"
    if not (shutil.which("java") and (archive.exists() or shutil.which("npm"))):
        pytest.skip("the Nu HTML checker needs Java, and npm to download it")
    if not archive.exists():
        CACHE.mkdir(exist_ok=True)
        fetched = subprocess.run(
            ["npm", "pack", f"vnu-jar@{VERSION}", "--pack-destination", CACHE],
            capture_output=True,
            text=True,
            env=os.environ | {"npm_config_fetch_retries": "3"},
        )
        if fetched.returncode != 0:
            # CI must not skip it for long, but no registry may keep a site from being published.
            stop = pytest.fail if "CI" in os.environ and not TESTED_SITE else pytest.skip
            stop(f"npm could not download the Nu HTML checker: {fetched.stderr[-300:]}")
    packed = archive.read_bytes()
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != SHA512:
        archive.unlink()
        pytest.fail(f"{archive.name} has another digest, and is deleted")
    if not program.exists():
        with tarfile.open(archive) as package:
            inside = package.extractfile("package/build/dist/vnu.jar")
            assert inside is not None
            program.write_bytes(inside.read())
    return program


def errors(checker: Path, *files: Path) -> list[str]:
    options = ["--errors-only", "--format", "json"]
    done = subprocess.run(
        # Without the optimizing compiler it takes half the time.
        ["java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-jar", checker, *options, *files],
        capture_output=True,
        text=True,
    )
    try:
        messages = json.loads(done.stderr)["messages"]
    except ValueError:
        pytest.fail(f"the Nu HTML checker did not run: {done.stderr[-500:]}")
    # Browsers have supported these for years, but this version does not; each has a fallback.
    newer = ("@container", "container-type", "field-sizing")
    return [
        f"{'/'.join(Path(m['url']).parts[-2:])}:{m.get('lastLine', 0)}: {m['message']}"
        f" In: {m.get('extract', '').strip()}"
        for m in messages
        if not (m["message"].startswith("CSS: ") and any(name in m["message"] for name in newer))
    ]


def test_every_page_is_valid_html_and_an_invalid_one_is_found(site: Path, tmp_path: Path, checker: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    # One call: the program takes longer to start than to check a page.
    planted = tmp_path / "planted.html"
    planted.write_text("<!doctype html><html lang=en><title>T</title><p id=a>A<p id=a>B", "utf-8")
    found = errors(checker, *pages, planted)
    own = [fault for fault in found if "/planted.html:" not in fault]
    assert not own, "\n".join(own)
    assert found
