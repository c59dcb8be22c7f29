"""The machine in one picture: an image on its way through an autoencoder and a VAE, as two lanes of HTML.

The lanes have the same stations in the same places, so that the one difference, the sampling, is the one that is seen.
"""

from collections.abc import Sequence

from torch import Tensor

from explorer.pictures import image_html
from vae.latent import Passage

ARROW = '<div class="le-arrow" aria-hidden="true">\u2192</div>'
MINUS = "\u2212"


def machine_html(lanes: Sequence[str]) -> str:
    return f'<div class="le-machine">{"".join(lanes)}</div>'


def lane_html(kind: str, title: str, digit: str, image: Tensor, passage: Passage, noise: Tensor) -> str:
    """One lane: image (1, C, H, W) -> encoder -> code -> decoder -> reconstruction, and the loss of this one image."""
    code = _node("z", "code", passage.z, "z")
    if passage.kl is not None:
        code = (
            _node("\u03bc", "mean", passage.posterior.mean, "mu")
            + _node("\u03c3", "standard deviation", passage.posterior.std, "sigma")
            + _node("\u03b5", "noise from N(0, I)", noise, "epsilon")
            + _node("z", "sample, \u03bc + \u03c3 \u00b7 \u03b5", passage.z, "z")
        )
    stations = (
        _picture(image, f"test image of a {digit}", "input x"),
        ARROW,
        _box("encoder", "784 \u2192 2" if passage.kl is None else "784 \u2192 2 + 2"),
        ARROW,
        f'<div class="le-code">{code}</div>',
        ARROW,
        _box("decoder", "2 \u2192 784"),
        ARROW,
        _picture(passage.image, f"{title}: reconstruction of the {digit}", "output x\u0302"),
        _losses(passage),
    )
    return f'<section class="le-lane le-{kind}" aria-label="{title}"><h3>{title}</h3>{"".join(stations)}</section>'


def _box(name: str, sizes: str) -> str:
    return f'<div class="le-box">{name}<br><small>{sizes}</small></div>'


def _picture(pixels: Tensor, alt: str, caption: str) -> str:
    return f"<figure>{image_html(pixels, alt)}<figcaption>{caption}</figcaption></figure>"


def _node(symbol: str, meaning: str, values: Tensor, idea: str) -> str:
    numbers = ", ".join(f"{value:.2f}".replace("-", MINUS) for value in values.flatten().tolist())
    return f'<div class="le-node" style="--colour: var(--le-{idea})"><small>{meaning}</small><b>{symbol}</b> ({numbers})</div>'


def _losses(passage: Passage) -> str:
    lines = [("reconstruction", passage.reconstruction)]
    if passage.kl is not None:
        lines += [("KL to the prior", passage.kl), ("negative ELBO", passage.reconstruction + passage.kl)]
    rows = "".join(f"<span>{name} <b>{value:.1f} nats</b></span>" for name, value in lines)
    return f'<div class="le-loss">{rows}</div>'
