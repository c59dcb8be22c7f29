"""Command line: `python -m lessons kl-history` writes what the lessons ship and cannot compute while a reader waits."""

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from vae.errors import VaeError
from vae.hardware import use_one_thread


def commands() -> dict[str, tuple[str, Callable[[], None]]]:
    """Every command by its name: what it does and takes, and the function; each lesson declares its own in ship.py."""
    found: dict[str, tuple[str, Callable[[], None]]] = {}
    for path in sorted(Path(__file__).parent.glob("*/ship.py")):
        found |= importlib.import_module(f"lessons.{path.parent.name}.ship").SHIPS
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 when it failed with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m lessons", description="Write what the lessons ship.")
    choices = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    known = commands()
    for name, (what, _) in known.items():
        choices.add_parser(name, help=what, description=what)
    use_one_thread()
    try:
        known[parser.parse_args(arguments).command][1]()
    except (VaeError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
