"""Finishes a built website: what only its writers need does not travel to its readers."""

import sys
from pathlib import Path

try:
    import minify
except ImportError:
    # No build for this system (pyproject.toml says which): scripts stay as they were written.
    minify = None


def smaller(script: Path) -> str:
    """Return what a script does, without comments and spare spaces, and with short names inside.

    Args:
        script: The file of an ES module. What it exports keeps its name.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not UTF-8, or no script; the message names it.
    """
    try:
        text = script.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{script} is not UTF-8 ({error.reason}): save it so") from None
    if minify is None:
        return text
    try:
        return str(minify.string("application/javascript", text))
    except minify.MinifyError as error:
        raise ValueError(f"{script} is no script that a browser could read: {error}") from None


def finish(site: Path) -> None:
    """Finish a built site, file by file, in its place.

    Args:
        site: The folder of the site.

    Raises:
        OSError: A file cannot be read or written.
        ValueError: A script is not what it should be; the message names it.
    """
    for script in sorted(site.glob("js/*.js")):
        script.write_text(smaller(script), "utf-8")


def main(arguments: list[str]) -> int:
    """Finish the site in the folder that is given, and return the exit status."""
    if len(arguments) != 1 or not (site := Path(arguments[0])).joinpath("index.html").is_file():
        given = " ".join(arguments) or "nothing"
        print(
            f"finish_site: '{given}' is no built site: give its folder, the one with index.html",
            file=sys.stderr,
        )
        return 2
    try:
        finish(site)
    except (OSError, ValueError) as error:
        print(f"finish_site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
