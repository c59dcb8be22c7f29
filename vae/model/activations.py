"""The nonlinearities between layers. Each is one record: its module, and its forward and backward pass into buffers for the engine.

GELU(a) = a * Phi(a) with the normal distribution function Phi (Hendrycks & Gimpel 2016); ReLU(a) = max(0, a); tanh(a).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

aten = torch.ops.aten


class Activation(NamedTuple):
    """A nonlinearity y = f(a).

    module    a layer that applies it
    forward   (a, y): writes f(a) into y
    backward  (slope, a, y): multiplies the gradient with respect to y by f'(a), in place
    """

    module: type[nn.Module]
    forward: Callable[[Tensor, Tensor], Tensor]
    backward: Callable[[Tensor, Tensor, Tensor], Tensor]


ACTIVATIONS = {
    "gelu": Activation(
        nn.GELU,
        lambda a, y: aten.gelu.out(a, out=y),
        lambda slope, a, y: aten.gelu_backward.grad_input(slope, a, grad_input=slope),
    ),
    "relu": Activation(
        nn.ReLU,
        lambda a, y: torch.clamp_min(a, 0, out=y),
        lambda slope, a, y: aten.threshold_backward.grad_input(slope, y, 0, grad_input=slope),
    ),
    "tanh": Activation(
        nn.Tanh,
        lambda a, y: torch.tanh(a, out=y),
        lambda slope, a, y: aten.tanh_backward.grad_input(slope, y, grad_input=slope),
    ),
}
MODULES = {activation.module: name for name, activation in ACTIVATIONS.items()}
