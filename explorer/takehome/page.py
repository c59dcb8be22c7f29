"""A view as one HTML document, which asks nobody for anything."""

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from explorer.browser import assets
from explorer.canvas import STYLE, controls, drawn, payloads, replay
from explorer.canvas.canvas import Morph, board
from explorer.models import data_sets, measures
from explorer.models.trained import Trained, described
from explorer.page import palette, tables, words
from explorer.page.tables import Html, cell
from explorer.page.words import LANGUAGE, Words
from explorer.takehome import carried, models, replays
from explorer.takehome.views import Untakeable, View
from vae import data
from vae.learning.settings import TrainingSettings
from vae.model.layered import LayeredSpec
from vae.model.networks import parameter_count
from vae.streams import Purpose, stream

ROOM = "explorer/takehome"
HERE = Path(__file__).parent
ENTRY, THREAD = "explorer/takehome/js/file.js", "explorer/canvas/js/worker.js"
SERIES = {"training": replay.training, "ladder": replay.ladder}
PICTURES = {"plane": 5_000, "pair": 1_000, "way": 5_000}  # thumbnails, of 40 bytes each; a pair has encoders, too
PROJECT = "latent-explorer"


def document(view: View) -> bytes:
    """The whole document (UTF-8). The same view gives the same bytes."""
    with models.seen_by(view.owner):
        return _document(view, words.load(ROOM)).encode()


def _document(view: View, said: Words) -> str:
    told = _told(view, said)
    script, sheet = f"{_lean(ENTRY)}show();\n", _sheet()
    title = _title(view, said)
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, sheet)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="generator" content="{html.escape(_version(said))}">',
        f'<meta name="description" content="{html.escape(said.say("what"))}">',
        '<link rel="icon" href="data:,">',
        f"<title>{html.escape(title)}</title>",
        f"<style>{sheet}</style>",
    ]
    body = [
        f"<main><h1>{html.escape(title)}</h1>",
        f'<p class="lead">{words.inline(said.items("leads")[view.kind])}</p>',
        f'<div class="latent-canvas" data-testid="latent-canvas"><noscript>{html.escape(said.say("no-script"))}</noscript></div>',
        *_numbers(view, said),
        *_trained(view, said),
        f"</main><footer>{_made(view, said)}</footer>",
        f'<script type="application/json" id="view">{_json(told)}</script>',
        *map(_carried, _addresses(told)),
        f'<script type="module">{script}</script>',
    ]
    language = html.escape(os.environ.get(LANGUAGE) or "en")
    lines = [
        "<!doctype html>",
        f'<html lang="{language}">',
        "<head>",
        *head,
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def policy(script: str, sheet: str) -> str:
    """The Content-Security-Policy: this script and this style sheet, threads and pictures that they make, and nothing from anywhere."""
    allowed = {
        "default-src": "'none'",
        "script-src": _digest(script),
        "style-src": _digest(sheet),
        "img-src": "data: blob:",
        "worker-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {whom}" for what, whom in allowed.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _sheet() -> str:
    return palette.css() + palette.alone() + STYLE + (HERE / "file.css").read_text(encoding="utf-8")


def _lean(module: str) -> str:
    """A module with all that it imports, without indents, which are a twelfth. No text of it goes over a line (a test holds that)."""
    return re.sub(r"^[ \t]+", "", assets.code_of(module), flags=re.MULTILINE)


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


# ---- what the canvas is told


def _told(view: View, said: Words) -> dict[str, Any]:
    told = board(view.models, **_shown(view))
    told["models"] = [
        {
            **facts,
            "name": name,
            "label": label,
            "pictures": payloads.pictures(model.settings.dataset, PICTURES[view.kind]).announce(),
        }
        for facts, model, name, label in zip(told["models"], view.models, _names(view), labels(view), strict=True)
    ]
    if view.draws:
        for facts, model in zip(told["models"], view.models, strict=True):
            facts["encoder"] = payloads.encoder(model.model).announce()
        seed = stream(Purpose.CODES).initial_seed()
        told["sampling"] = {"seed": seed, "draws": drawn.DRAWS, "neighbours": drawn.NEIGHBOURS}
        told["drawing"] = view.at.get("drawing") or None
    told["words"]["files"]["encoder"] = said.say("encoder")
    return {**told, "thread": _lean(THREAD), "old": said.say("old")}


def _shown(view: View) -> dict[str, Any]:
    """What `board` is given, as the pages give it."""
    at, models = view.at, view.models
    start = {name: at[name] for name in ("layers", "plane", "sight") if name in at}
    if view.shown == "training" and models[0].own:
        return {"start": start, "series": replays.of_run(models[0].name.partition(".")[0], view.owner)}
    if view.kind == "plane":
        digit = at.get("digit")
        place = at["places"] if digit is None else models[0].posterior.mean[digit].tolist()
        series = SERIES[view.shown](models[0]) if view.shown in SERIES else None
        jumps = {"jumps": controls.jumps(words.load("explorer/see/explore"))}
        moving = series and replace(series, at=at["moment"])
        return {"position": [place], "digit": digit, "start": start, "series": moving, "controls": jumps}
    if view.kind == "way":
        chosen = controls.way(words.load("explorer/see/interpolate"), models)
        return {"morph": Morph((at["a"], at["b"]), at["steps"], at["method"], chosen), "start": start}
    z, digit, first = at["z"], at["digit"], models[0].model.spec.latent_dim
    return {
        "position": [z[:first], z[first:]] if z else [model.posterior.mean[digit].tolist() for model in models],
        "digit": None if z else digit,
        "layers": ("points", "prior", "ellipses"),
        "draw": view.draws,
        "start": start,
        "controls": controls.pair(words.load("explorer/see/compare"), len(models[0].data.test)),
        "choices": {"draw": at.get("draw"), "axes": at["axes"]},
        "followed": digit,
    }


def labels(view: View) -> list[str]:
    """What models are called. Whose run it was, and when, stays at home, as does what somebody calls images of their own."""
    if view.called:
        return list(view.called)
    return [described(model.model.spec, _settings(model), "" if model.own else model.name) for model in view.models]


def _settings(model: Trained) -> TrainingSettings:
    return model.settings if model.settings.dataset in data.LOADERS else replace(model.settings, dataset=data_sets.ALWAYS[0])


def _names(view: View) -> list[str]:
    """Names for files. Whoever knows a run's id can open it, so that stays at home, too."""
    return [model.model.spec.kind if model.own else model.name for model in view.models]


def _addresses(told: Any) -> Iterator[str]:
    """The addresses of all that the canvas will ask for, each once."""
    yield from dict.fromkeys(_texts(told))


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, dict | list | tuple):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _texts(each)
    elif isinstance(told, str) and told.startswith(assets.data_path("")):
        yield told


def _carried(address: str) -> str:
    body = assets.announced(address)
    if body is None:
        raise Untakeable("This server is too busy to keep what it was asked for. Try again.")
    return f'<script type="text/plain" data-address="{address}" data-bytes="{len(body)}">{carried.text(body)}</script>'


# ---- what stands around it


def _title(view: View, said: Words) -> str:
    names = labels(view)
    return said.item(
        "titles", view.kind if view.kind != "plane" else view.shown, **dict(zip(("first", "second"), names, strict=False))
    )


def _numbers(view: View, said: Words) -> list[str]:
    """The measures where they are there, else the losses of each run's last record: whoever takes a run home does not wait for more."""
    if all(model.measured for model in view.models):
        named = [_Named(model, label) for model, label in zip(view.models, labels(view), strict=True)]
        return _folded(said.say("numbers"), measures.measured(named, words.load("explorer/see/compare")))
    if not all(model.history for model in view.models):
        return []
    names = said.items("losses")
    last = [model.history[-1].validation for model in view.models]
    costs = {
        "reconstruction": [losses.reconstruction for losses in last],
        "kl": [losses.kl for losses in last],
        "elbo": [None if losses.kl is None else losses.reconstruction + losses.kl for losses in last],
    }
    rows = [[names[key], *("\u2013" if nats is None else f"{nats:,.1f}" for nats in each)] for key, each in costs.items()]
    return _folded(
        said.say("losses-of"), tables.table([[cell(names["what"]), *_heads(view)]], rows, said.say("losses-of"), "le-table")
    )


def _folded(summary: str, *inside: str) -> list[str]:
    return [f'<details class="more-said"><summary>{summary}</summary>', *inside, "</details>"]


def _heads(view: View) -> list[Html]:
    return [
        cell(Html(f'<span class="le-name le-{model.model.spec.kind}">{html.escape(label)}</span>'), "th", scope="col")
        for model, label in zip(view.models, labels(view), strict=True)
    ]


class _Named:
    """A model under the name that it has in the file."""

    def __init__(self, model: Trained, label: str):
        self.model, self.label, self.measures = model.model, label, model.measures


def _trained(view: View, said: Words) -> list[str]:
    names = said.items("trained")
    facts = [_facts(model, said.say("own-images")) for model in view.models]
    rows = [
        [name, *(each.get(key, "\u2013") for each in facts)]
        for key, name in names.items()
        if any(key in each for each in facts)
    ]
    table = tables.table([[cell(names["what"]), *_heads(view)]], rows, said.say("training"), "le-table")
    commands = [
        f"<pre>{html.escape(command)}</pre>"
        for command in dict.fromkeys(model.checkpoint.command for model in view.models if not model.own)
    ]
    again = [f"<p>{html.escape(said.say('again'))}</p>", *commands] if commands else []
    return _folded(said.say("training"), table, *again)


def _facts(model: Trained, own: str) -> dict[str, str]:
    """How a model was made, by the keys of the block `trained`, as far as that is known; `own` are images that somebody brought."""
    spec, settings = model.model.spec, model.settings
    dense = (spec.dense_width,) if spec.dense_width else ()
    dataset = data.LOADERS[settings.dataset].title if settings.dataset in data.LOADERS else own
    if isinstance(spec, LayeredSpec):  # it was trained elsewhere
        return {"dataset": dataset, "parameters": f"{parameter_count(model.model):,}"}
    return {
        "dataset": dataset,
        "encoder": _widths((spec.pixels, *spec.encoder_widths, *dense, spec.latent_dim)),
        "decoder": _widths((spec.latent_dim, *dense, *spec.decoder_widths, spec.pixels)),
        "parameters": f"{parameter_count(model.model):,}",
        "images": f"{settings.images:,}",
        "batch": f"{settings.batch_size:,}",
        "rate": f"{settings.learning_rate:g}",
        "beta": f"{settings.beta:g}" if spec.traits.kl else "\u2013",
        "seed": f"{settings.seed}",
    }


def _widths(numbers: Sequence[int]) -> str:
    return " \u2192 ".join(f"{number:,}" for number in numbers)


def _version(said: Words) -> str:
    return said.say("version", version=version())


def version() -> str:
    """The project's version, as its installation says it, or its file where it is not installed."""
    try:
        return metadata.version(PROJECT)
    except metadata.PackageNotFoundError:
        import tomllib

        return str(tomllib.loads((words.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _made(view: View, said: Words) -> str:
    how = said.say("by-command", command=view.command) if view.command else said.say("by-page")
    return f"<p>{html.escape(said.say('made', version=_version(said), day=f'{view.made:%-d %B %Y}'))} {html.escape(how)}</p>"
