"""What the address of /shape carries."""

from functools import partial

from explorer.models import trained
from explorer.models.run_models import ModelName
from explorer.page.address import Address
from explorer.page.parameters import Nearest, Number, SomeOf, Whole
from lessons.shape.spread import SPREADS

MODELS = ("mnist-vae-2d", "mnist-vae-2d-beta-4", "mnist-vae-2d-beta-0.25")
LAYERS = ("ellipses", "draws", "prior", "ae")
LATENTS = (2, 10, 20)
DIMENSIONS = (1, 2, 3, 5, 10, 20, 50, 100, 300)

ADDRESS = Address(
    Whole("shape_at", SPREADS.index(1.0), told="at", low=0, high=len(SPREADS) - 1),
    ModelName("shape_model", MODELS[0], widget="selectbox", allowed=partial(trained.and_own, MODELS, latents=2)),
    SomeOf("shape_layers", ("ellipses",), told="layers", allowed=LAYERS, what="layer"),
    Number("shape_x", 0.0, told="x", low=-30, high=30),  # the middle of the plane that is in sight
    Number("shape_y", 0.0, told="y", low=-30, high=30),
    Number("shape_reach", 0.35, told="reach", low=0.001, high=30),  # from there to the nearest edge
    Nearest("shape_latents", 2, widget="segmented_control", allowed=LATENTS),
    Nearest("shape_dims", 20, widget="select_slider", allowed=DIMENSIONS),
)
