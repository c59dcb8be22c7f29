"""Whoever measures draws from a named stream (vae/streams.py). Generators made by hand are for training, and for what has to stay as it is."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("vae", "lessons", "explorer", "pages", "ingest")
BY_HAND = {
    "Generator",
    "manual_seed",
    "default_rng",
    "RandomState",
    "fork_rng",
    "seed",
    "generator",
}  # as in torch.manual_seed, numpy.random.seed; vae.hardware's
STREAMS = "vae/streams.py"
LOOKED_AT = "vae/model/latent.py"  # numbered draws, which a notebook can repeat
MAY = {  # file: why
    STREAMS: "makes the streams",
    LOOKED_AT: "numbered draws that are looked at",
    "vae/data.py": "splits, on which all weights depend",
    "vae/corruption.py": "noise on training images",
    "vae/model/networks.py": "initial weights",
    "vae/hardware.py": "generators of training",
    "vae/learning/training.py": "order, pixels and noise of training",
    "vae/learning/watch.py": "what a run measures on the way, part of its history",
    "lessons/em/algorithms.py": "fits models: its draws are steps of the algorithms",
    "lessons/shared/classifier.py": "training",
    "lessons/priors/vq.py": "training",
    "lessons/reduction/models.py": "training",
    "lessons/represent/tsne.py": "the start of a fit",
    "lessons/shared/ssim.py": "training",
    "ingest/sampling.py": "which images of too many are kept",
    "ingest/examples.py": "files for visitors to try",
}
PICTURES = {  # files that decode numbered draws to look at them, and measure nothing of them
    "explorer/classroom/together/planes.py",  # images drawn from a run of the class
    "explorer/home/album.py",  # picks the digit whose shown draws differ most
    "explorer/takehome/gallery/site.py",
    "lessons/fails/screen.py",
    "lessons/gan/screen.py",
    "lessons/images/few_images.py",
    "lessons/images/screen.py",
    "lessons/reduction/screen.py",
    "lessons/shared/darts.py",  # counts the very draws that Home shows; no other draw meets them
}


def calls(path: Path) -> set[str]:
    """Names of everything that a file calls, without what stands before the last dot."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    return found


@cache
def files() -> dict[str, set[str]]:
    """What every file calls; read when it is first asked for, since every process of the tests imports this module."""
    return {path.relative_to(ROOT).as_posix(): calls(path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))}


def own_generator(name: str) -> bool:
    """The lesson on Nash equilibria has a class of that name, and a function: the generator of a GAN."""
    return name.startswith(("lessons/nash/", "pages/nash"))


def test_no_measure_makes_a_generator_by_hand():
    by_hand = {name for name, called in files().items() if called & BY_HAND and not own_generator(name)}
    assert by_hand - MAY.keys() == set(), "take a stream from vae/streams.py"
    assert MAY.keys() - by_hand == set(), "no longer needs to be listed"


def test_numbered_draws_are_only_looked_at():
    """Two draws of `sample_prior` with one number are equal, so no measure may use them."""
    using = {name for name, called in files().items() if called & {"sample_prior", "draw_prior"}} - {LOOKED_AT}
    assert using == PICTURES | {"lessons/priors/screen.py"}  # which decodes draws from priors that were learned


def test_purposes_are_named_where_they_are_declared():
    """`stream("codes")` would be a stream of nobody's; every call names a member of Purpose."""
    for name in files().keys() - {STREAMS}:
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"stream", "numpy_stream", "normal"}:
                first = node.args[0]
                assert isinstance(first, ast.Attribute), f"{name}, line {node.lineno}"
                assert ast.unparse(first.value) == "Purpose", f"{name}, line {node.lineno}"


@pytest.mark.parametrize(
    "call", ["torch.Generator()", "np.random.default_rng(0)", "torch.manual_seed(1)", "latent.sample_prior(1, 2, 3)"]
)
def test_a_generator_made_by_hand_would_be_noticed(tmp_path, call):
    (tmp_path / "a.py").write_text(f"x = {call}\n", encoding="utf-8")
    assert calls(tmp_path / "a.py") & (BY_HAND | {"sample_prior"})
