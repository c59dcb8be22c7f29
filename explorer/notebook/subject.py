"""A model as a notebook has it: one of this project, an object with `encode` and `decode`, or a pair of such functions.

Letters for shapes: N images, D latent dimensions, C H W image, P pixels.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.browser.bodies import Body, pack
from explorer.canvas import payloads
from explorer.models.coded import Coded
from explorer.page import words
from vae.errors import VaeError
from vae.model import latent
from vae.model.kinds import KINDS
from vae.model.networks import Autoencoder, Given
from vae.model.posterior import Posterior

ROOM = "explorer/notebook"
MOST_DIMS, MOST_CLASSES = 64, 256
FAR = 0.5  # how far outside [0, 1] a decoded picture's numbers may lie; beyond, they are on another scale
SAME = 1e-4  # pictures that differ by less are the same
CHECKED = 16  # codes at which the browser's layers are held against `decode`


class Unseen(VaeError, ValueError):
    """What cannot be shown; the message says what is wrong and what to do."""


class Subject(Coded):
    """A model, its images and their codes.

    posterior  of the images: mean (N, D), log variance (N, D) or None
    pictures   the images (N, C, H, W) in [0, 1]
    labels     their classes (N,), indices of `classes`
    decoder    layers for the browser, or None if Python decodes
    """

    def __init__(self, model: Any, images: Any, labels: Any = None, classes: Sequence[str] | None = None, label: str = ""):
        self.say = words.load(ROOM)
        pixels = self._pixels(images)
        own = isinstance(model, Autoencoder | Given)
        self._model = _OfProject(model, self.say) if own else _OfTorch(model, self.say)
        self.pictures = _pictures(pixels, self.say)
        self.labels, self.classes = _labelled(labels, classes, len(pixels), self.say)
        self.posterior = self._model.encode(self.pictures if own else pixels)
        self._check_codes((self.pictures if own else pixels)[:CHECKED])
        self.kind = self._model.kind or ("ae" if self.posterior.log_variance is None else "vae")
        self.label = label or self._model.label(self.posterior.mean.shape[1])
        self.shape = self._shape(self._model.decode(self.posterior.mean[:CHECKED]))
        self.decoder = self._in_browser()

    def decode(self, codes: Tensor) -> Tensor:
        """Mean images (N, C, H, W) in [0, 1] for codes (N, D)."""
        return self._model.decode(codes).reshape(len(codes), *self.shape).clamp(0, 1)

    def _pixels(self, images: Any) -> Tensor:
        pixels = torch.as_tensor(np.asarray(images) if not isinstance(images, Tensor) else images).detach().cpu()
        pixels = pixels.float() / 255 if pixels.dtype == torch.uint8 else pixels.float()
        if pixels.ndim < 2 or len(pixels) < 2:
            raise Unseen(self.say.item("troubles", "images", shape=_sizes(pixels.shape)))
        low, high = pixels.aminmax()
        if not (low >= -SAME and high <= 1 + SAME):  # nor if they are not numbers
            raise Unseen(self.say.item("troubles", "levels", low=f"{low:.3g}", high=f"{high:.3g}"))
        return pixels

    def _check_codes(self, some: Tensor) -> None:
        mean, say = self.posterior.mean, self.say
        parts = [part for part in self.posterior if part is not None]
        if any(part.shape != (len(self.pictures), mean.shape[-1]) for part in parts):
            shapes = ", ".join(_sizes(part.shape) for part in parts)
            raise Unseen(say.item("troubles", "codes", count=len(self.pictures), shapes=shapes))
        if not all(part.isfinite().all() for part in parts):
            raise Unseen(say.item("troubles", "infinite", what="encode"))
        if mean.shape[1] > MOST_DIMS:
            raise Unseen(say.item("troubles", "wide", dims=mean.shape[1], most=MOST_DIMS))
        if not torch.allclose(self._model.encode(some).mean, self._model.encode(some).mean):
            raise Unseen(say.item("troubles", "random", what="encode"))

    def _shape(self, decoded: Tensor) -> tuple[int, int, int]:
        """C, H, W of what `decode` gave for some codes, however it lays them out."""
        say, rest = self.say, tuple(decoded.shape[1:])
        if not decoded.isfinite().all():
            raise Unseen(say.item("troubles", "infinite", what="decode"))
        if not torch.allclose(decoded, self._model.decode(self.posterior.mean[:CHECKED])):
            raise Unseen(say.item("troubles", "random", what="decode"))
        low, high = decoded.aminmax()
        if low < -FAR or high > 1 + FAR:
            raise Unseen(say.item("troubles", "scale", low=f"{low:.2f}", high=f"{high:.2f}"))
        whole = (1, *rest) if len(rest) == 2 else tuple(self.pictures.shape[1:]) if len(rest) == 1 else rest
        fits = len(decoded) == min(CHECKED, len(self.pictures)) and math.prod(whole) == math.prod(rest)
        if not fits or len(whole) != 3 or whole[0] not in (1, 3):
            raise Unseen(say.item("troubles", "decoded", shape=_sizes(decoded.shape)))
        return int(whole[0]), int(whole[1]), int(whole[2])

    def _in_browser(self) -> Body | None:
        """The decoder for the browser, if it gives what `decode` gives."""
        if isinstance(self._model, _OfProject):
            return self._model.decoder()
        codes = self.posterior.mean[:CHECKED]
        wanted = self.decode(codes)
        for layers in self._model.stacks():
            try:
                plain = _run(layers, codes)
            except (RuntimeError, TypeError, ValueError):
                continue  # layers that take something else than codes
            outputs: dict[str, Callable[[Tensor], Tensor]] = {"clamp": lambda y: y.clamp(0, 1), "sigmoid": torch.sigmoid}
            for output, finish in outputs.items():
                if plain.numel() == wanted.numel() and torch.allclose(finish(plain).reshape(wanted.shape), wanted, atol=SAME):
                    return packed(layers, codes.shape[1], self.shape, output)
        return None


def packed(layers: Sequence[nn.Module], dims: int, shape: tuple[int, int, int], output: str) -> Body | None:
    """A decoder for the browser; None if it has a layer that the browser does not know."""
    try:
        sent, arrays, _ = payloads.stack(layers, (dims,))
    except payloads.Undrawable:
        return None
    return Body(pack(arrays, dims=dims, shape=shape, layers=sent, output=output))


class _OfProject:
    """A model of this project."""

    def __init__(self, model: Autoencoder | Given, say: words.Words):
        self.model, self.say = model, say
        spec = model.spec
        if spec.classes and not (isinstance(model, Given) and model.labels.ndim == 0):
            raise Unseen(say.item("troubles", "conditional"))
        self.kind = "vae" if spec.traits.kl and spec.prior == "normal" else "ae"  # planes show the prior N(0, I)

    def label(self, dims: int) -> str:
        return self.say.item("labels", "project", kind=KINDS[self.model.spec.kind].label, dims=dims)

    def encode(self, images: Tensor) -> Posterior:
        wanted = self.model.spec.image_shape
        if images.shape[1:] != wanted:
            found = _sizes(images.shape[1:])
            raise Unseen(self.say.item("troubles", "unfit", found=found, wanted=_sizes(wanted)))
        with _still(self.model.model if isinstance(self.model, Given) else self.model):
            posterior = latent.encode(self.model, images)
        return posterior if self.kind == "vae" else Posterior(posterior.mean, None)

    def decode(self, codes: Tensor) -> Tensor:
        with _still(self.model.model if isinstance(self.model, Given) else self.model):
            return latent.decode(self.model, codes)

    def decoder(self) -> Body | None:
        try:
            return payloads.decoder(self.model)
        except payloads.Undrawable:
            return None


class _OfTorch:
    """Anybody's functions `encode` and `decode`, together or as methods of an object."""

    kind = ""

    def __init__(self, model: Any, say: words.Words):
        self.say, self.owner = say, model
        pair = model if isinstance(model, tuple) else (getattr(model, "encode", None), getattr(model, "decode", None))
        if len(pair) != 2 or not all(callable(one) for one in pair):
            raise Unseen(say.item("troubles", "model", what=type(model).__name__))
        self._encode, self._decode = pair

    def label(self, dims: int) -> str:
        if isinstance(self.owner, tuple):
            return self.say.item("labels", "pair", dims=dims)
        return self.say.item("labels", "own", name=type(self.owner).__name__, dims=dims)

    def encode(self, images: Tensor) -> Posterior:
        parts = [_posterior(self._called(self._encode, chunk), self.say) for chunk in images.split(latent.CHUNK)]
        widths = [part.log_variance for part in parts if part.log_variance is not None]
        return Posterior(torch.cat([part.mean for part in parts]), torch.cat(widths) if widths else None)

    def decode(self, codes: Tensor) -> Tensor:
        found = self._called(self._decode, codes)
        if not isinstance(found, Tensor):
            raise Unseen(self.say.item("troubles", "no-tensor", what=type(found).__name__))
        return found.detach().float().cpu()

    def stacks(self) -> Iterator[list[nn.Module]]:
        """Layers that may be all that `decode` does: itself, or the object's `decoder`."""
        for one in (self._decode, getattr(self.owner, "decoder", None)):
            if isinstance(one, nn.Module):
                yield layers_of(one)

    def _called(self, function: Callable[[Tensor], Any], values: Tensor) -> Any:
        modules = [one for one in (function, self.owner, getattr(function, "__self__", None)) if isinstance(one, nn.Module)]
        home = next((weights.device for module in modules for weights in module.parameters()), torch.device("cpu"))
        with torch.no_grad(), _still(*modules):
            return function(values.to(home))


def layers_of(module: nn.Module) -> list[nn.Module]:
    """The layers of nested Sequentials, one after another."""
    if not isinstance(module, nn.Sequential):
        return [module]
    return [layer for child in module for layer in layers_of(child)]


def _run(layers: Sequence[nn.Module], codes: Tensor) -> Tensor:
    with torch.no_grad(), _still(*layers):
        home = next((weights.device for layer in layers for weights in layer.parameters()), codes.device)
        values = codes.to(home)
        for layer in layers:
            values = layer(values)
        return values.float().cpu()


@contextmanager
def _still(*modules: nn.Module) -> Iterator[None]:
    """Modules as they are used rather than trained: without dropout. Afterwards each part is as it was."""
    before = [(part, part.training) for module in modules for part in module.modules()]
    for module in modules:
        module.eval()
    try:
        yield
    finally:
        for part, training in before:
            part.training = training


def _posterior(found: Any, say: words.Words) -> Posterior:
    """What `encode` gave: codes, a pair of mean and log variance, or a distribution with mean and standard deviation."""
    if hasattr(found, "mean") and hasattr(found, "stddev") and not isinstance(found, Tensor):
        found = found.mean, 2 * torch.log(found.stddev)
    parts = (found, None) if isinstance(found, Tensor) else tuple(found) if isinstance(found, tuple | list) else ()
    if len(parts) != 2 or not isinstance(parts[0], Tensor) or not isinstance(parts[1], Tensor | None):
        what = f"{type(found).__name__} of {len(found)}" if isinstance(found, tuple | list) else type(found).__name__
        raise Unseen(say.item("troubles", "posterior", what=what))
    mean, width = (None if part is None else part.detach().float().cpu() for part in parts)
    assert mean is not None
    return Posterior(mean, width)


def _pictures(pixels: Tensor, say: words.Words) -> Tensor:
    """Images as (N, C, H, W), however they are laid out."""
    if pixels.ndim == 2 and math.isqrt(pixels.shape[1]) ** 2 == pixels.shape[1]:
        side = math.isqrt(pixels.shape[1])
        return pixels.reshape(-1, 1, side, side)
    if pixels.ndim == 3:
        return pixels[:, None]
    if pixels.ndim == 4 and pixels.shape[1] in (1, 3):
        return pixels
    raise Unseen(say.item("troubles", "images", shape=_sizes(pixels.shape)))


def _labelled(labels: Any, classes: Sequence[str] | None, count: int, say: words.Words) -> tuple[Tensor, list[str]]:
    """Indices of classes (N,), and the names of the classes."""
    if labels is None:
        return torch.zeros(count, dtype=torch.int64), [say.item("labels", "image")]
    values = labels.detach().cpu().numpy() if isinstance(labels, Tensor) else np.asarray(labels)
    if values.shape != (count,):
        raise Unseen(say.item("troubles", "labels", shape=_sizes(values.shape), count=count))
    if not np.issubdtype(values.dtype, np.integer) or (values.size and values.min() < 0):
        found, values = np.unique(values.astype(str), return_inverse=True)
        classes = classes or [str(name) for name in found]
    names = [str(name) for name in classes or range(int(values.max()) + 1)]
    if len(names) > MOST_CLASSES or values.max() >= len(names):
        raise Unseen(say.item("troubles", "classes", highest=int(values.max()), count=len(names), most=MOST_CLASSES))
    return torch.from_numpy(values.astype(np.int64)), names


def _sizes(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))})"
