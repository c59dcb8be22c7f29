"""What this processor can do well, found out at run time."""

import torch


def bfloat16_is_fast() -> bool:
    """Whether the CPU multiplies bfloat16 matrices in hardware; elsewhere training stays in float32."""
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported", "_is_arm_bf16_supported")
    return any(check() for name in checks if (check := getattr(torch.cpu, name, None)) is not None)


def use_one_thread() -> None:
    """Use one torch thread: with matrices of this size a second one gains little, and slows other processes down."""
    torch.set_num_threads(1)


def precision_name() -> str:
    """The number format that training uses for its matrix products here."""
    return "bfloat16" if bfloat16_is_fast() else "float32"
