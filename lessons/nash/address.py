"""What the address of /nash carries."""

from explorer.page.address import Address
from explorer.page.parameters import Number, OneOf, SomeOf, Whole
from lessons.nash import duel, games

GAME = ("x", "y", "step", "pull", "rounds", "on")  # what the part that plays the game is told
DUEL = ("data", "loss", "centre", "log_width")  # and what the part with the GAN on a line is

ADDRESS = Address(
    Number("nash_x", 1.0, told="x", low=-3.0, high=3.0),
    Number("nash_y", 0.0, told="y", low=-3.0, high=3.0),
    Number("nash_step", 0.3, told="step", low=0.05, high=1.5),
    Number("nash_pull", 0.0, told="pull", low=0.0, high=1.0),
    Whole("nash_rounds", 1, told="rounds", low=1, high=200),
    SomeOf("nash_rules", games.RULES, told="on", allowed=games.RULES, what="rule"),
    OneOf("nash_data", "one", told="data", allowed=tuple(duel.DATA), what="data"),
    OneOf("nash_loss", "minimax", told="loss", allowed=duel.LOSSES, what="loss"),
    Number("nash_centre", 2.5, told="centre", low=-6.0, high=6.0),
    Number("nash_log_width", 0.0, told="log_width", low=-1.5, high=1.5),
)
