"""What the address of /represent carries."""

from explorer.page.address import Address
from explorer.page.parameters import Nearest, OneOf, Whole
from lessons.represent.few_labels import CLASSIFIERS
from lessons.represent.screen import DRAWS, LIVE_COUNTS
from lessons.represent.tsne import PERPLEXITIES, SUBJECTS
from lessons.shared.coders import LATENTS

ADDRESS = Address(
    Nearest("rep_latents", 10, widget="segmented_control", allowed=LATENTS),
    Nearest("rep_count", 30, widget="segmented_control", allowed=LIVE_COUNTS),
    Whole("rep_draw", 0, high=DRAWS - 1),
    OneOf("rep_classifier", "probe", widget="segmented_control", allowed=CLASSIFIERS, what="classifier"),
    OneOf("rep_map", "vae", widget="segmented_control", allowed=SUBJECTS, what="map"),
    Nearest("rep_perplexity", 30, widget="segmented_control", allowed=PERPLEXITIES),
)
