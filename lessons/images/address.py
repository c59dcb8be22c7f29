"""What the address of /images carries."""

from explorer.models import data_sets, own_sets
from explorer.page.address import Address
from explorer.page.parameters import Nearest, OneOf, Whole
from explorer.runs.store.image_sets import PREFIX
from explorer.training.form import BUDGETS
from lessons.images import few_images, screen
from vae import data
from vae.errors import VaeError


def own() -> list[str]:
    """The ids of this browser's sets of images, the newest first."""
    return [each.id for each in own_sets.listed().values()]


def sets() -> list[str]:
    """What can be shown: these, and the data sets that were installed on this server, by their names."""
    return [*own(), *data_sets.installed()]


class Shown(OneOf):
    """Images that were sent: a link opens them for their owner, and says why it does not for others. Or an installed data set."""

    def read(self, text: str) -> str:
        if text in data_sets.installed():
            return text
        try:
            data.load(PREFIX + text)
        except VaeError as error:
            raise ValueError(str(error)) from error
        return text

    def domain(self) -> str:
        return "images that this browser has sent, or a data set that was installed on the server"


ADDRESS = Address(
    Shown("images_set", lambda: next(iter(own()), None), widget="selectbox", allowed=sets),
    Nearest("images_size", few_images.SIZES[-1], widget="select_slider", allowed=few_images.SIZES),
    Whole("images_latents", few_images.LATENTS, widget="number_input", low=1, high=screen.MOST_COMPONENTS),
    Nearest("images_budget", 300_000, widget="select_slider", allowed=BUDGETS),
)
