"""How a lesson ships what a page cannot compute while a reader waits: numbers, arrays and models, written and read in one way.

    SHELF = Shelf("kl", "kl-history")           # lessons/kl/shipped, written by `python -m lessons kl-history`
    SHELF.write_numbers("kl_history", {...})
    with SHELF.reading("kl_history.json"):
        history = History(**SHELF.numbers("kl_history"))

Whatever is missing, damaged or of another form ends in one sentence that says what to do.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.learning.recipes import Recipe
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring.measure_set import MeasureSet
from vae.model.networks import Autoencoder

LESSONS = Path(__file__).resolve().parents[1]
M = TypeVar("M", bound=MeasureSet)


class Shipped(NamedTuple, Generic[M]):
    """A model and what was measured on the test set."""

    model: Autoencoder
    measures: M


@dataclass(frozen=True)
class Shelf:
    """What one lesson ships, or all of them ("shared"), and the command that makes it again; `root` is where the lessons' folders are."""

    lesson: str
    command: str
    root: Path = LESSONS

    @property
    def folder(self) -> Path:
        return self.root / self.lesson / "shipped"

    def stamp(self) -> tuple[int, ...]:
        """When each file was last written: what is kept of them in a cache goes with them."""
        return tuple(file.stat().st_mtime_ns for file in sorted(self.folder.rglob("*")) if file.is_file())

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Turn whatever goes wrong inside into a CheckpointError with one sentence."""
        try:
            yield
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RuntimeError,
            SafetensorError,
            CheckpointError,
        ) as error:
            where = f"{what} in lessons/{self.lesson}/shipped"
            raise CheckpointError(
                f"{where} is missing or damaged. Write it again with `python -m lessons {self.command}`."
            ) from error

    def numbers(self, name: str) -> Any:
        """What <name>.json holds."""
        with self.reading(f"{name}.json"):
            return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def write_numbers(self, name: str, contents: Any, **layout: Any) -> None:
        """Write <name>.json; `layout` goes to json.dumps, as compact as it can be without."""
        text = json.dumps(contents, **(layout or {"separators": (",", ":")}))
        self._write(f"{name}.json", f"{text}\n".encode())

    def _write(self, name: str, contents: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)

    def arrays(self, name: str) -> dict[str, Tensor]:
        """The arrays of <name>.safetensors, by their names."""
        with self.reading(f"{name}.safetensors"):
            return safetensors.torch.load((self.folder / f"{name}.safetensors").read_bytes())

    def write_arrays(self, name: str, arrays: Mapping[str, Tensor]) -> None:
        contiguous = {key: value.contiguous() for key, value in arrays.items()}
        self._write(f"{name}.safetensors", safetensors.torch.save(contiguous))

    def write_files(self, name: str, contents: dict[str, bytes]) -> None:
        """Write those files as the folder <name>, whole or not at all."""
        checkpoints.save(self.folder / name, contents)

    def checkpoint(self, name: str) -> Checkpoint:
        """A model with its settings."""
        with self.reading(name):
            return checkpoints.load(self.folder / name)

    def history(self, name: str) -> list[Record]:
        """The records of a model's run."""
        with self.reading(name):
            return checkpoints.load_history(self.folder / name)

    def measures(self, name: str, kind: type[M]) -> M:
        """A model's measures, of that kind."""
        with self.reading(name):
            return checkpoints.load_measures(self.folder / name, kind)

    def write_measures(self, name: str, measures: MeasureSet) -> None:
        """Write the measures of a model that is no checkpoint beside its weights."""
        self._write(f"{name}/{checkpoints.METRICS}", checkpoints.to_json(measures.to_json()))

    def model(self, name: str, kind: type[M]) -> Shipped[M]:
        """A model with that kind of measures."""
        return Shipped(self.checkpoint(name).model, self.measures(name, kind))

    def write_model(
        self,
        name: str,
        model: Autoencoder,
        settings: TrainingSettings,
        history: Sequence[Record] = (),
        measures: MeasureSet | None = None,
    ) -> None:
        """Write a model with its settings, the records of its run and its measures."""
        checkpoint = Checkpoint(name, model, settings, f"python -m lessons {self.command}")
        checkpoints.save(self.folder / name, checkpoints.files(checkpoint, history, measures))

    def train(self, recipes: Mapping[str, Recipe], measure: Callable[[Autoencoder, Dataset], MeasureSet]) -> None:
        """Train each model by its recipe, and write it with the measures of the weights as they were written."""
        for name, (spec, settings) in recipes.items():
            dataset = data.load(settings.dataset)
            model = prepare(spec, settings, dataset)
            for _ in train(model, settings, dataset, records=1):
                pass
            self.write_model(name, model, settings)
            self.write_model(name, model, settings, measures=measure(self.checkpoint(name).model, dataset))
