"""Finishes a built website: what only its writers need does not travel to its readers."""

import sys
from pathlib import Path

from rjsmin import jsmin


def without_comments(script: str) -> str:
    """Return a script without its comments and without the spaces that it does not need.

    Names stay as they are, so that what a browser tells about a fault can be found in docs/js.
    """
    smaller: str = jsmin(script)
    return smaller


def finish(site: Path) -> None:
    """Finish a built site, file by file, in its place.

    Args:
        site: The folder of the site.

    Raises:
        OSError: A file cannot be read or written.
        ValueError: A script is not UTF-8; the message names it.
    """
    for script in sorted(site.glob("js/*.js")):
        try:
            text = script.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{script} is not UTF-8 ({error.reason}): save it so") from None
        script.write_text(without_comments(text), "utf-8")


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
