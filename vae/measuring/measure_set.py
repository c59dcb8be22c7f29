"""Measures as a record: each measure is a field. Records are read from JSON and written to it."""

from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from typing import Any, Self, get_args, get_type_hints

from vae.checks import known_fields
from vae.errors import SpecError


@dataclass(frozen=True)
class MeasureSet:
    """Measures of one model, each an attribute: `m.kl`. Records can be combined by inheritance.

    The JSON has a key for each field, except for fields that still have their default.
    """

    def to_json(self) -> dict[str, Any]:
        usual = {field.name: field.default for field in fields(self) if field.default is not MISSING}
        return {name: value for name, value in asdict(self).items() if name not in usual or value != usual[name]}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read a record; SpecError if a measure is missing or unknown."""
        found = known_fields(cls, data)
        lacking = [field.name for field in fields(cls) if field.default is MISSING and field.name not in found]
        if lacking:
            raise SpecError(f"A {cls.__name__} needs {', '.join(lacking)} too.")
        hints = get_type_hints(cls)
        return cls(**{name: _read(value, hints[name]) for name, value in found.items()})


def _read(value: Any, hint: Any) -> Any:
    """Turn a value from JSON into that of the field: lists become tuples, objects become records."""
    if isinstance(value, dict):
        record = next(kind for kind in get_args(hint) if isinstance(kind, type) and is_dataclass(kind))
        return record(**known_fields(record, value))
    return tuple(value) if isinstance(value, list) else value
