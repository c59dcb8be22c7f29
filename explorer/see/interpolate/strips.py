"""The pictures on the way between two test images, in one file."""

from explorer.models.trained import Trained
from explorer.page.pictures import gif, grey, png, tile
from vae.model import latent


def walk(form: str, subject: Trained, a: int, b: int, method: str, steps: int) -> bytes:
    """From test image a to test image b, as a "png" strip or an animated "gif"."""
    path = latent.INTERPOLATIONS[method](subject.posterior.mean[a], subject.posterior.mean[b], steps)  # (steps, D)
    strip = grey(latent.decode(subject.model, path))
    return png(tile(strip, steps, gap=1), 4) if form == "png" else gif(strip)
