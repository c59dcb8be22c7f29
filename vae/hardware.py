"""Where training computes, and what that place can do well, found out at run time."""

from contextlib import AbstractContextManager, nullcontext

import torch

from vae.errors import SpecError

DEVICES = ("auto", "cpu", "cuda", "mps")
CPU = torch.device("cpu")


def device(name: str) -> torch.device:
    """One of DEVICES; "auto" is a GPU where torch finds one, otherwise the CPU. SpecError if the device is not there."""
    there = {
        "cuda": torch.cuda.is_available(),  # an NVIDIA or AMD card
        "mps": torch.backends.mps.is_available(),  # a Mac of Apple's own chips
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, found in there.items() if found))
    if name not in DEVICES:
        raise SpecError(f"There is no device {name!r}. Choose one of: {', '.join(DEVICES)}.")
    if not there[name]:
        usable = [kind for kind, found in there.items() if found]
        raise SpecError(
            f"torch {torch.__version__} finds no {name} device on this machine. Usable here: {', '.join(usable)}. "
            "With auto, training takes a GPU where there is one."
        )
    return torch.device(name)


def generator(place: torch.device, seed: int) -> torch.Generator:
    """Random numbers that are drawn where they are used. The same seed gives other numbers on another kind of device."""
    return torch.Generator(place).manual_seed(seed)


def bfloat16_is_fast(place: torch.device = CPU) -> bool:
    """Whether the device multiplies bfloat16 matrices in hardware; elsewhere training stays in float32."""
    if place.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported", "_is_arm_bf16_supported")
    return place.type == "cpu" and any(check() for name in checks if (check := getattr(torch.cpu, name, None)) is not None)


def products_in(compute: torch.dtype, place: torch.device) -> AbstractContextManager:
    """In this context, layers on the device multiply in that format; results that are summed up stay in float32."""
    return nullcontext() if compute == torch.float32 else torch.autocast(place.type, dtype=compute)


def use_one_thread() -> None:
    """Use one torch thread: with matrices of this size a second one gains little, and slows other processes down."""
    torch.set_num_threads(1)


def precision_name(place: torch.device = CPU) -> str:
    """The number format that training uses for its matrix products there."""
    return "bfloat16" if bfloat16_is_fast(place) else "float32"


def device_name(place: torch.device) -> str:
    """The device in words."""
    if place.type == "cuda":
        return f"the GPU {torch.cuda.get_device_name(place)}"
    return "one core" if place.type == "cpu" else "the GPU"
