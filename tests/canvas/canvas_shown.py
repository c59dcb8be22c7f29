"""What the canvas tests show: the canvas with untrained models, as a link asks."""

from functools import cache

import streamlit as st

from explorer.canvas.canvas import CanvasState, Morph, Series, Stage, latent_canvas
from explorer.models.trained import Trained
from vae.checkpoints import Checkpoint
from vae.learning.settings import TrainingSettings
from vae.model.networks import build
from vae.model.spec import ModelSpec

IMAGE = 7  # index of the test image that mode "image" shows


@cache
def model(kind: str, dims: int, seed: int = 0, decoder_widths: tuple[int, ...] = (64, 96)) -> Trained:
    """An untrained model, scaled so that its codes spread and its pictures differ from place to place."""
    spec = ModelSpec(kind=kind, latent_dim=dims, encoder_widths=(32,), decoder_widths=decoder_widths)
    made = build(spec, seed)
    made.mean_head.weight.data *= 30
    for layer in made.decoder[:-2:2]:
        layer.weight.data *= 2
    checkpoint = Checkpoint(f"{kind}-{dims}-{seed}", made.eval(), TrainingSettings(dataset="mnist"))
    return Trained(checkpoint, [])


def keep(state: CanvasState) -> None:
    st.session_state["position"] = state.positions


def show(link: dict[str, str]) -> dict:
    """Draw the canvas that a link asks for (mode, number of latents), and return what it told Python."""
    mode, dims = link.get("mode", "explore"), int(link.get("dims", "2"))
    ae, other = model("ae", dims), model("vae", 10 if mode == "mixed" else dims)
    position = [[float("nan")] * dims] if mode == "nan" else st.session_state.get("position")
    shown = [ae, other]
    start = {"layers": link["layers"].split(",") if "layers" in link else None, "plane": link.get("plane")}
    if mode in ("pair", "mixed"):
        state = latent_canvas(shown, key="canvas", draw=True, start=start)
    elif mode == "morph":
        state = latent_canvas(shown, key="canvas", morph=Morph((0, 3)))
    elif mode == "series":
        stages = [Stage(f"moment {i}", f"{100 - i} nats", [model("vae", dims, i)]) for i in range(3)]
        state = latent_canvas([other], key="canvas", series=Series("Training", stages))
    elif mode == "image":
        state = latent_canvas([other], key="canvas", position=[other.posterior.mean[IMAGE].tolist()], digit=IMAGE, start=start)
    else:
        state = latent_canvas([other], key="canvas", position=position, start=start, on_change=keep)
    told = {
        "positions": state.positions,
        "digit": state.digit,
        "ends": state.ends,
        "moment": state.moment,
        "layers": state.layers,
        "plane": state.plane,
    }
    told["codes"] = None if state.digit is None else [each.posterior.mean[state.digit].tolist() for each in shown]
    told["ink"] = None if state.drawing is None else round(float(state.drawing.sum()), 1)
    return told
