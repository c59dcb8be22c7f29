"""What the address of /train carries: the run that is shown and how one looks at it, and what the form says."""

from dataclasses import asdict, dataclass
from functools import partial

import streamlit as st

from explorer.canvas import rows
from explorer.models import data_sets
from explorer.page.address import Address, Family, Number, Numbers, OneOf, Parameter, Text, Whole
from explorer.training import form
from explorer.training.form import BUDGETS, MODELS, RATES, USUAL
from explorer.training.view import SEEN, View
from vae import corruption, data

RUN = "run"
FAR = 1e6  # beyond any code


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


def _of_form(kind: type[Parameter], name: str, widget: str, **more: object) -> Parameter:
    usual = asdict(USUAL)[name]
    return kind(name, usual, widget=widget, shown=partial(unlike, name), **more)  # type: ignore[arg-type]


ADDRESS = Address(
    Text(RUN, None, form="[A-Za-z0-9_-]{22}|", what="run"),
    _of_form(OneOf, "models", "segmented_control", allowed=MODELS, what="choice of models"),
    _of_form(Whole, "latents", "number_input", low=1, high=64),
    _of_form(Number, "beta", "number_input", low=0.0, high=1000.0, step=0.25),
    _of_form(Listed, "images", "select_slider", allowed=BUDGETS),
    _of_form(Listed, "rate", "select_slider", allowed=RATES),
    _of_form(DataSet, "data", "selectbox", allowed=data_sets.choices, what="data set"),
    _of_form(Whole, "seed", "number_input", high=2**31 - 1),
    _of_form(OneOf, "noise", "selectbox", allowed=tuple(corruption.NOISES), what="kind of noise"),
    _of_form(Number, "level", "number_input", low=0.0, high=1.0, step=0.05),
    Family("train_*", None, members=looks, says="train_moment, train_class, train_z, train_layers, train_plane of the run"),
)
