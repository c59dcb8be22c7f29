"""The layers of `vae.learning.engine`: each is a few matrix products, forward and backward, into buffers that are made once.

A batch of images lies as a matrix with a row for each place and a column for each channel, (B * H * W, C). A convolution of stride 2 then is
one product: copy the patch under the filter at each place into a row, and multiply by the filters (Chellapilla, Puri & Simard 2006). The
transposed convolution goes the other way. Each is the backward pass of the other, so both are made of two moves between a small image and one
of twice its height and width:

    down    a row for each place of the small image: the patch of the large image under the filter
    up      a row for each corner between places of the small image: the four places around it; the product gives four places of the large one

Both only copy and multiply, and add nothing up place by place, which is what costs most in the usual form of the transposed convolution.

Letters for shapes: B batch, H W height and width of the small image, C channels, K side of a filter, I inputs and O outputs of a layer.
"""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from vae.model.activations import Activation

LARGEST_FILTER = 4  # of stride 2, so that four places of the small image reach every place of the large one


class Layer(Protocol):
    """One layer. `forward` keeps what the backward pass needs; gradients are summed over the batch."""

    output: Tensor

    def forward(self, inputs: Tensor) -> Tensor:
        """The output, in a buffer that the next call overwrites."""

    def differentiate(self, slope: Tensor) -> None:
        """From the gradient with respect to the output to those of weight and bias."""

    def backward(self, slope: Tensor) -> Tensor:
        """From the gradient with respect to the output to that of the input; after `differentiate`."""


class Dense:
    """a = h W^T + b."""

    def __init__(self, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor, batch: int):
        self.weight, self.bias = weight, bias  # (O, I), (O,)
        self.weight_gradient, self.bias_gradient = weight_gradient, bias_gradient
        outputs, inputs = weight.shape
        self.output = weight.new_empty(batch, outputs)
        self.slope = weight.new_empty(batch, inputs)  # gradient with respect to the input

    def forward(self, inputs: Tensor) -> Tensor:
        self.inputs = inputs.view(self.slope.shape)
        return torch.addmm(self.bias, self.inputs, self.weight.t(), out=self.output)  # (B, I) -> (B, O)

    def differentiate(self, slope: Tensor) -> None:
        torch.mm(slope.t(), self.inputs, out=self.weight_gradient)  # (O, B) (B, I) -> (O, I)
        torch.sum(slope, 0, out=self.bias_gradient)  # (B, O) -> (O,)

    def backward(self, slope: Tensor) -> Tensor:
        return torch.mm(slope, self.weight, out=self.slope)  # (B, O) -> (B, I)


class Convolution:
    """A convolution of stride 2 with a border of 1: (B * 2H * 2W, I) -> (B * H * W, O)."""

    def __init__(
        self, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor, small: tuple[int, int, int]
    ):
        self.weight, self.bias = weight, bias  # (O, K, K, I), (O,)
        outputs, side, _, inputs = weight.shape
        self._filters, self._filter_gradient = weight.view(outputs, -1), weight_gradient.view(outputs, -1)
        self.bias_gradient = bias_gradient
        self._down = _down(weight, small, inputs, side)
        self._up = _Up(weight, small, outputs, inputs)
        self.output = weight.new_empty(small[0] * small[1] * small[2], outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        self._patches = self._down(inputs)
        return torch.addmm(self.bias, self._patches, self._filters.t(), out=self.output)

    def differentiate(self, slope: Tensor) -> None:
        torch.mm(slope.t(), self._patches, out=self._filter_gradient)  # (O, BHW) (BHW, KKI) -> (O, KKI)
        torch.sum(slope, 0, out=self.bias_gradient)

    def backward(self, slope: Tensor) -> Tensor:
        return self._up(slope, self.weight)


class Transposed:
    """A transposed convolution of stride 2 with a border of 1: (B * H * W, I) -> (B * 2H * 2W, O)."""

    def __init__(
        self, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor, small: tuple[int, int, int]
    ):
        self.weight, self.bias = weight, bias  # (I, K, K, O), (O,)
        inputs, side, _, outputs = weight.shape
        self._filters, self._filter_gradient = weight.view(inputs, -1), weight_gradient.view(inputs, -1)
        self.bias_gradient = bias_gradient
        self._down = _down(weight, small, outputs, side)
        self._up = _Up(weight, small, inputs, outputs)
        self.output = self._up.large
        self.slope = weight.new_empty(small[0] * small[1] * small[2], inputs)

    def forward(self, inputs: Tensor) -> Tensor:
        self.inputs = inputs.view(self.slope.shape)
        return self._up(self.inputs, self.weight, self.bias)

    def differentiate(self, slope: Tensor) -> None:
        self._patches = self._down(slope)
        torch.mm(self.inputs.t(), self._patches, out=self._filter_gradient)  # (I, BHW) (BHW, KKO) -> (I, KKO)
        torch.sum(slope, 0, out=self.bias_gradient)

    def backward(self, slope: Tensor) -> Tensor:
        return torch.mm(self._patches, self._filters.t(), out=self.slope)


class _Patches:
    """Copies the patches of an image, with a border of zeros around it, into the rows of a matrix."""

    def __init__(self, like: Tensor, batch: int, height: int, width: int, channels: int, side: int, stride: int):
        self._bordered = like.new_zeros(batch, height + 2, width + 2, channels)
        self._inside = self._bordered[:, 1:-1, 1:-1]
        rows, columns = ((size + 2 - side) // stride + 1 for size in (height, width))
        image, row, column, channel = self._bordered.stride()
        shape = (batch, rows, columns, side, side, channels)
        seen = self._bordered.as_strided(shape, (image, stride * row, stride * column, row, column, channel))
        self.matrix = like.new_empty(batch * rows * columns, side * side * channels)
        copied = self.matrix.view(shape)
        # One copy for each row of the filter. Rows of a single channel are too short for that: one for each place.
        places: list[tuple] = [(..., i, slice(None), slice(None)) for i in range(side)]
        if channels == 1:
            places = [(..., i, j, slice(None)) for i in range(side) for j in range(side)]
        self._copies = [(copied[place], seen[place]) for place in places]

    def __call__(self, image: Tensor) -> Tensor:
        self._inside.copy_(image.view(self._inside.shape))
        for copied, seen in self._copies:
            copied.copy_(seen)
        return self.matrix


def _down(like: Tensor, small: tuple[int, int, int], channels: int, side: int) -> _Patches:
    """(B * 2H * 2W, C) -> (B * H * W, K * K * C)."""
    batch, height, width = small
    return _Patches(like, batch, 2 * height, 2 * width, channels, side, stride=2)


class _Up:
    """The small image times the filters, as a large one: (B * H * W, I) -> (B * 2H * 2W, O)."""

    def __init__(self, like: Tensor, small: tuple[int, int, int], inputs: int, outputs: int):
        batch, height, width = small
        self._corners = _Patches(like, batch, height, width, inputs, side=2, stride=1)
        self._product = like.new_empty(len(self._corners.matrix), 4 * outputs)
        blocks = self._product.view(batch, height + 1, width + 1, 2, 2, outputs)
        self.large = like.new_empty(batch * 4 * height * width, outputs)
        image = self.large.view(batch, height, 2, width, 2, outputs)
        # A corner's block has the row above and the row below it: odd rows of the large image come first. Those outside are left.
        self._copies = [
            (image[:, :, 1 - i, :, 1 - j], blocks[:, 1 - i : height + 1 - i, 1 - j : width + 1 - j, i, j])
            for i in range(2)
            for j in range(2)
        ]

    def __call__(self, small: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """weight (I, K, K, O), bias (O,)."""
        filters = _around_a_corner(weight)
        if bias is None:
            torch.mm(self._corners(small), filters, out=self._product)
        else:
            torch.addmm(bias.repeat(4), self._corners(small), filters, out=self._product)
        for place, block in self._copies:
            place.copy_(block)
        return self.large


def _around_a_corner(weight: Tensor) -> Tensor:
    """Filters (I, K, K, O), sorted by which of the four places around a corner meets which of the four beyond: (4 * I, 4 * O).

    Place y of the small image reaches the rows 2y - 1 to 2y + 2 of the large one. The corner above place y lies between the rows 2y - 1 and 2y:
    the place above it reaches them with the last two rows of the filter, the one below with the first two.
    """
    inputs, side, _, outputs = weight.shape
    rest = LARGEST_FILTER - side
    full = F.pad(weight, (0, 0, 0, rest, 0, rest)).view(inputs, 2, 2, 2, 2, outputs)
    return full.flip(1, 3).permute(1, 3, 0, 2, 4, 5).reshape(4 * inputs, 4 * outputs)


class Chain:
    """Layers with a nonlinearity in between."""

    def __init__(self, layers: list[Layer], activation: Activation):
        self.layers, self.activation = layers, activation
        self.active = [torch.empty_like(layer.output) for layer in layers[:-1]]

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, I) -> (B, O)."""
        hidden = inputs
        for layer, active in zip(self.layers, self.active, strict=False):
            hidden = self.activation.forward(layer.forward(hidden), active)
        return self.layers[-1].forward(hidden).view(len(inputs), -1)

    def backward(self, slope: Tensor, to_input: bool) -> Tensor:
        """Gradient with respect to the output (B, O) -> gradient with respect to the input (B, I), if `to_input`."""
        slope = slope.view(self.layers[-1].output.shape)
        for layer, before, active in zip(self.layers[:0:-1], self.layers[-2::-1], self.active[::-1], strict=True):
            layer.differentiate(slope)
            slope = layer.backward(slope).view(before.output.shape)
            self.activation.backward(slope, before.output, active)
        self.layers[0].differentiate(slope)
        return self.layers[0].backward(slope) if to_input else slope
