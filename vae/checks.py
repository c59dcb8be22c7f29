"""Checks of values from a file, a form or a command line. Each error names the field, its value and what is allowed."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from vae.errors import SpecError


def known_fields(cls: type, data: Any) -> dict[str, Any]:
    """Return `data` if it is a JSON object whose keys are fields of that dataclass; otherwise SpecError names the unknown keys."""
    if not isinstance(data, dict):
        raise SpecError(f"A {cls.__name__} must be a JSON object, not {type(data).__name__}.")
    strangers = sorted(set(data) - {field.name for field in fields(cls)})
    if strangers:
        raise SpecError(f"A {cls.__name__} has no field {', '.join(strangers)}.")
    return data


def check_choice(name: str, value: Any, allowed) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise SpecError(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")


def check_integer(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SpecError(f"{name} is {value!r}; it must be a whole number from {low:,} to {high:,}.")


def check_number(name: str, value: Any, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise SpecError(f"{name} is {value!r}; it must be a number from {low:g} to {high:g}.")


def by(shape: Sequence[int]) -> str:
    """A shape in words, such as "1 × 28 × 28"."""
    return " × ".join(map(str, shape)) or "a single number"
