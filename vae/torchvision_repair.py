"""Make `import torchvision` work beside a torch build that its compiled operators do not fit.

A torchvision wheel made for another torch build (typically: torch for CPU, torchvision from the default index) fails at
import with "operator torchvision::nms does not exist", because its Python code registers fake kernels for operators that
the compiled library never declared. Declaring the two schemas is enough: nothing in this project calls them. Where
torchvision is whole, this module does nothing.
"""

import importlib
import sys

import torch

_SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_declared: list[torch.library.Library] = []  # schemas live as long as their Library object


def import_torchvision():
    """Return the torchvision module, declaring the missing operators first if a plain import fails for them."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name, schema in _SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)
    _declared.append(library)
    return importlib.import_module("torchvision")
