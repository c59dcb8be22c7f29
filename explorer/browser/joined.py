"""A browser's module and all that it imports, joined into one, so that a page asks once and not import by import.

Each module becomes a function that gives what the module exports, and is called where its first importer would be. Comments that have
lines of their own are left out, a quarter of what would be sent; only the lines that import and export are written anew. Two forms are known,
`import { a, b as c } from "./x.js";` and `export` before a declaration with a name; anything else is refused, as is a circle of imports.
"""

import functools
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("explorer", "lessons")  # where browsers' modules are
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/)[ \t]*\n", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


@functools.cache
def modules() -> dict[str, str]:
    """All of the browser's modules, by path."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.js"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@functools.cache
def code_of(module: str) -> str:
    """A module and all that it imports as one; `module` is its path in the project."""
    return joined(module, modules())


def joined(module: str, sources: Mapping[str, str]) -> str:
    """One module that does what `module` does; `sources` are all modules by their paths. What it exports is the same.

    Raises ValueError, which names the file, where a line cannot be written anew or an import leads nowhere or in a circle.
    """
    order: list[str] = []
    _visit(module, sources, order, ())
    exports = _EXPORT.findall(sources[module])
    last = f"export const {{ {', '.join(name for _, name in exports)} }} = {_name(module)};\n" if exports else ""
    return "".join(_wrapped(path, sources[path]) for path in order) + last


def _visit(path: str, sources: Mapping[str, str], order: list[str], above: tuple[str, ...]) -> None:
    """Put a module into the order, behind all that it imports."""
    if path in above:
        raise ValueError(f"{path} imports itself: {' > '.join((*above, path))}.")
    if path in order:
        return
    if path not in sources:
        raise ValueError(f"{above[-1] if above else 'The browser'} asks for {path}, which is no module here.")
    for _, target in _IMPORT.findall(sources[path]):
        _visit(_resolved(path, target), sources, order, (*above, path))
    order.append(path)


def _wrapped(path: str, source: str) -> str:
    """A module as a function that is called at once."""

    def taken(match: re.Match[str]) -> str:
        names = match[1].replace(" as ", ": ")
        return f"const {{{names}}} = {_name(_resolved(path, match[2]))};"

    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(taken, _COMMENT.sub("", source)))
    if left := _LEFT.search(body):
        raise ValueError(f"{path} has a line that cannot be joined: {left[0]}")
    given = ", ".join(name for _, name in _EXPORT.findall(source))
    return f"// {path}\nconst {_name(path)} = (() => {{\n{body.rstrip()}\nreturn {{ {given} }};\n}})();\n"


def _resolved(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _name(path: str) -> str:
    """What a module's exports are called in the joined one."""
    return re.sub(r"\W", "_", path)
