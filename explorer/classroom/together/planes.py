"""What the map and the chart of a class ask the server for: planes of shipped models, the beta ladder, and images drawn from a run.

Anybody may have them: the first two ship with the project, and whoever has the id of a run may look at it, unless it is of private images.
"""

import asyncio
import base64
import functools
import json
from collections.abc import Callable

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.models import trained
from explorer.page import palette, pictures
from explorer.runs.store import StoreError, store
from vae import checkpoints
from vae.errors import CheckpointError
from vae.family import LADDER
from vae.model import latent
from vae.model.networks import build

QUIET = 2_000  # test images whose codes are the map's background
LEVELS = 2**16 - 1  # steps of the bounds that a code is rounded to
DRAWS, COLUMNS = 16, 4  # images drawn from a run
A_DAY = "public, max-age=86400"
GONE = "This run is not there, has no weights yet, or is private."


@functools.lru_cache(maxsize=8)
def plane(name: str) -> bytes:
    """The plane of a shipped model as JSON: its label, bounds, axes, and the codes of some test images.

    The codes are x and y of each (uint16 of LEVELS steps of the bounds), then the labels (a byte each), in base64. CheckpointError where there is no
    such model.
    """
    if name not in checkpoints.names():
        raise CheckpointError(f"There is no model {name} here.")
    subject = trained.shipped(name)
    axes = subject.plane_axes
    bounds = np.array([subject.ranges[axis] for axis in axes])  # (2, 2)
    codes = subject.posterior.mean[:QUIET, axes].double().numpy()  # (N, 2)
    share = (codes - bounds[:, 0]) / (bounds[:, 1] - bounds[:, 0])
    steps = np.rint(LEVELS * share.clip(0, 1)).astype("<u2")
    labels = subject.data.test.labels[:QUIET].numpy().astype(np.uint8)
    inside = ((share >= 0) & (share <= 1)).all(1)
    steps, labels = steps[inside], labels[inside]
    return json.dumps(
        {
            "label": subject.label,
            "bounds": bounds.tolist(),
            "axes": [f"z{axis + 1}" for axis in axes],
            "count": len(labels),
            "points": base64.b64encode(steps.tobytes() + labels.tobytes()).decode(),
            "colours": palette.DIGITS,
        }
    ).encode()


@functools.cache
def ladder() -> bytes:
    """The shipped models of the beta ladder as JSON, each with its rate and distortion on the test set, and the colours of a class's runs."""
    rungs = []
    for beta in LADDER:
        measured = trained.shipped(f"mnist-vae-2d-beta-{beta:g}").measures
        rungs.append({"beta": beta, "rate": measured.kl, "distortion": measured.reconstruction})
    return json.dumps({"rungs": rungs, "colours": palette.RUNS}).encode()


def draws(run_id: str) -> bytes:
    """Images that a run's newest weights draw from its prior, as PNG: the same codes for every run of as many latents. StoreError where there are none."""
    kept = store()
    run = kept.get(run_id)
    weights = kept.weights(run_id) if run is not None and run.image_set is None else None
    if run is None or weights is None:
        raise StoreError(GONE)
    model = build(run.recipes[0].spec)
    model.load_state_dict(weights[0])
    images = latent.decode(model.eval(), latent.draw_prior(model, DRAWS, seed=0))
    return pictures.png(pictures.tile(pictures.grey(images), COLUMNS))


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""

    async def of_plane(request: Request) -> Response:
        return await _answer(lambda: plane(request.path_params["model"]), "application/json", A_DAY)

    async def of_ladder(_: Request) -> Response:
        return await _answer(ladder, "application/json", A_DAY)

    async def of_draws(request: Request) -> Response:
        return await _answer(lambda: draws(request.path_params["run"]), "image/png", "no-cache")

    return [
        Route(f"{base()}/class/plane/{{model}}", of_plane),
        Route(f"{base()}/class/ladder", of_ladder),
        Route(f"{base()}/class/draws/{{run}}.png", of_draws),
    ]


async def _answer(made: Callable[[], bytes], kind: str, kept: str) -> Response:
    try:
        return Response(await asyncio.to_thread(made), media_type=kind, headers={"Cache-Control": kept})
    except (CheckpointError, StoreError) as error:
        return Response(str(error), 404, media_type="text/plain")
