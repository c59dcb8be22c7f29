"""Snapshots and weights as safetensors bytes, and back. Nothing is unpickled.

Several models share a file; a tensor's name begins with its model's number, as in "1/decoder.0.weight".
Codes and the weights of the replay are float16 where they fit, pictures 8 bits a pixel.
"""

from collections.abc import Mapping, Sequence

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from explorer.runs.store.errors import DAMAGED_RUN, StoreError
from vae.learning.records import Snapshot

Weights = tuple[dict[str, Tensor], ...]  # of each model: a state dict


def pack_weights(weights: Sequence[Mapping[str, Tensor]], half: bool = False) -> bytes:
    """Each model's weights, float32 or, for the replay, float16."""
    return _pack([{name: _half(w) if half else w.detach() for name, w in model.items()} for model in weights])


def unpack_weights(data: bytes) -> Weights:
    """Each model's weights, float32."""
    return tuple({name: tensor.float() for name, tensor in model.items()} for model in _unpack(data))


def pack_snapshots(snapshots: Sequence[Snapshot]) -> bytes:
    """Each model's codes (N, D) and pictures (8, C, H, W)."""
    return _pack(
        [
            {"codes": _half(s.codes), "reconstructions": _bytes(s.reconstructions), "samples": _bytes(s.samples)}
            for s in snapshots
        ]
    )


def unpack_snapshots(data: bytes) -> tuple[Snapshot, ...]:
    """Each model's snapshot, float32, pictures in [0, 1]."""
    try:
        return tuple(
            Snapshot(part["codes"].float(), part["reconstructions"].float() / 255, part["samples"].float() / 255)
            for part in _unpack(data)
        )
    except KeyError as error:
        raise StoreError(DAMAGED_RUN) from error


def _half(tensor: Tensor) -> Tensor:
    tensor = tensor.detach()
    return tensor.half() if not tensor.numel() or tensor.abs().max() < torch.finfo(torch.float16).max else tensor


def _bytes(pictures: Tensor) -> Tensor:
    return pictures.detach().clamp(0, 1).mul(255).round().to(torch.uint8)


def _pack(models: Sequence[Mapping[str, Tensor]]) -> bytes:
    named = {f"{i}/{name}": tensor.contiguous() for i, model in enumerate(models) for name, tensor in model.items()}
    return safetensors.torch.save(named)


def _unpack(data: bytes) -> list[dict[str, Tensor]]:
    try:
        named = safetensors.torch.load(data)
        models: dict[int, dict[str, Tensor]] = {}
        for key, tensor in named.items():
            number, name = key.split("/", 1)
            models.setdefault(int(number), {})[name] = tensor
        return [models[i] for i in range(len(models))]
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise StoreError(DAMAGED_RUN) from error
