"""What the address of /train carries: the run that is shown and how one looks at it, and what the form says."""

from dataclasses import asdict, dataclass

import streamlit as st

from explorer.canvas import rows
from explorer.models import data_sets
from explorer.page.address import Address
from explorer.page.parameters import Family, Number, Numbers, OneOf, Parameter, Text, Whole
from explorer.training import form
from explorer.training.form import BATCHES, BUDGETS, MODELS, RATES, USUAL
from explorer.training.view import SEEN, View
from vae import corruption, data
from vae.model.activations import ACTIVATIONS
from vae.model.spec import WIDTHS

RUN = "run"
FAR = 1e6  # beyond any code
LONGEST = 60  # characters of a list of layer sizes


@dataclass(frozen=True)
class Listed(OneOf):
    """One of some numbers."""

    def read(self, text: str) -> float:
        for number in self.allowed:
            if text in (f"{number:g}", str(number)):
                return number
        raise ValueError(f"It must be {self.domain()}; the usual value is used instead.")

    def domain(self) -> str:
        return "one of " + ", ".join(f"{number:,}" for number in self.allowed)


class DataSet(OneOf):
    """One of the data sets that this visitor can choose."""

    def read(self, text: str) -> str:
        if text in data.LOADERS and text not in data_sets.choices():
            raise ValueError(f"This server does not offer {data.LOADERS[text].title}; here is another data set.")
        return super().read(text)


@dataclass(frozen=True)
class Sizes(Parameter):
    """Sizes of hidden layers, such as 192,96; "" for the usual ones. What a visitor types is kept as it is, so that it can be mended."""

    def read(self, text: str) -> str:
        return "" if text == form.AS_USUAL else form.written(form.layer_sizes(text))

    def believe(self, value: object) -> str:
        return str(value)[:LONGEST]

    def domain(self) -> str:
        return f"sizes such as 192,96, or {form.AS_USUAL}"

    def write(self, value: str) -> str:
        return value.replace(" ", "")

    def options(self) -> dict[str, object]:
        return {"max_chars": LONGEST}


def seen() -> View | None:
    """The run that is shown, as it was read last."""
    view: View | None = st.session_state.get(SEEN)
    return view if view is not None and view.run.id == st.session_state.get(RUN) else None


def unlike(name: str) -> bool:
    """Whether the form says something else of that name than the run that is shown; yes where none is."""
    view = seen()
    return view is None or st.session_state[name] != asdict(form.of_run(view.run.recipes))[name]


def looks() -> list[Parameter]:
    """How one looks at the run: at which moment, as which class, at which place, which layers and which plane."""
    view = seen()
    if view is None:
        return []
    dims = [spec.latent_dim for spec, _ in view.run.recipes]
    layers, plane = rows.shown("train", lambda: dims[0], of=RUN)
    classes = max(spec.classes for spec, _ in view.run.recipes)
    return [
        Whole("train_moment", None, told="moment", of=RUN, high=10_000),
        *([OneOf("train_class", 0, of=RUN, widget="segmented_control", allowed=range(classes))] if classes else []),
        Numbers("train_z", (), told="places", of=RUN, count=sum(dims), low=-FAR, high=FAR),
        layers,
        plane,
    ]


def _of_form(kind: type[Parameter], name: str, widget: str, quiet: bool = False, **more: object) -> Parameter:
    """A row whose usual value may depend on the kind of layers; a quiet one stays out of the address as long as it has it."""

    def usual() -> object:
        chosen = USUAL.architecture if name == "architecture" else st.session_state.get("architecture", USUAL.architecture)
        return asdict(form.usual(chosen))[name]

    def shown() -> bool:
        return unlike(name) and not (quiet and st.session_state[name] == usual())

    return kind(name, usual, widget=widget, shown=shown, **more)  # type: ignore[arg-type]


ADDRESS = Address(
    Text(RUN, None, form="[A-Za-z0-9_-]{22}|", what="run"),
    _of_form(OneOf, "models", "segmented_control", allowed=MODELS, what="choice of models"),
    _of_form(Whole, "latents", "number_input", low=1, high=64),
    _of_form(Number, "beta", "number_input", low=0.0, high=1000.0, step=0.25),
    _of_form(Listed, "images", "select_slider", allowed=BUDGETS),
    _of_form(OneOf, "architecture", "selectbox", quiet=True, allowed=tuple(WIDTHS), what="kind of layers"),
    _of_form(Listed, "rate", "select_slider", allowed=RATES),
    _of_form(Listed, "batch", "select_slider", quiet=True, allowed=BATCHES),
    _of_form(Sizes, "encoder", "text_input", quiet=True),
    _of_form(Sizes, "decoder", "text_input", quiet=True),
    _of_form(Whole, "dense", "number_input", quiet=True, high=4096),
    _of_form(OneOf, "activation", "selectbox", quiet=True, allowed=tuple(ACTIVATIONS), what="nonlinearity"),
    _of_form(Number, "ramp", "slider", quiet=True, low=0.0, high=1.0, step=0.05),
    _of_form(Whole, "cycles", "number_input", quiet=True, low=1, high=100),
    _of_form(DataSet, "data", "selectbox", allowed=data_sets.choices, what="data set"),
    _of_form(Whole, "seed", "number_input", high=2**31 - 1),
    _of_form(OneOf, "noise", "selectbox", allowed=tuple(corruption.NOISES), what="kind of noise"),
    _of_form(Number, "level", "number_input", low=0.0, high=1.0, step=0.05),
    Family("train_*", None, members=looks, says="train_moment, train_class, train_z, train_layers, train_plane of the run"),
)
