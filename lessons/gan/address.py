"""What the address of /gan carries."""

from explorer.page.address import Address
from explorer.page.parameters import OneOf, Text, Whole
from lessons.gan.form import BUDGETS, LATENTS, PENALTIES, SPEEDS, USUAL

ADDRESS = Address(
    Text("gan_run", None, form="([A-Za-z0-9_-]{22})?", what="run"),  # "" for the one that ships
    OneOf("gan_images", USUAL.gan_images, widget="select_slider", allowed=BUDGETS, what="budget"),
    OneOf("gan_penalty", USUAL.gan_penalty, widget="select_slider", allowed=PENALTIES, what="penalty"),
    OneOf("gan_speed", USUAL.gan_speed, widget="select_slider", allowed=SPEEDS, what="speed"),
    OneOf("gan_latents", USUAL.gan_latents, widget="select_slider", allowed=LATENTS, what="number of latents"),
    Whole("gan_seed", USUAL.gan_seed, widget="number_input", low=0, high=2**31 - 1),
    Whole("gan_noise", 1, low=0, high=9_999),
)
