"""Named measures as a record: a field each, JSON both ways."""

from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from typing import Any, Self, get_args, get_type_hints

from vae.checks import known_fields
from vae.errors import SpecError


@dataclass(frozen=True)
class MeasureSet:
    """Measures of one model. Records that are made of others inherit from them, so every measure is an attribute: `m.kl`.

    JSON has a key for each field. A field with a default is left out of it while it has that default.
    """

    def to_json(self) -> dict[str, Any]:
        usual = {field.name: field.default for field in fields(self) if field.default is not MISSING}
        return {name: value for name, value in asdict(self).items() if name not in usual or value != usual[name]}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """SpecError where a measure is lacking or unknown."""
        found = known_fields(cls, data)
        lacking = [field.name for field in fields(cls) if field.default is MISSING and field.name not in found]
        if lacking:
            raise SpecError(f"A {cls.__name__} needs {', '.join(lacking)} too.")
        hints = get_type_hints(cls)
        return cls(**{name: _read(value, hints[name]) for name, value in found.items()})


def _read(value: Any, hint: Any) -> Any:
    """A value as JSON holds it -> as the field wants it: lists become tuples, objects become records."""
    if isinstance(value, dict):
        record = next(kind for kind in get_args(hint) if isinstance(kind, type) and is_dataclass(kind))
        return record(**known_fields(record, value))
    return tuple(value) if isinstance(value, list) else value
