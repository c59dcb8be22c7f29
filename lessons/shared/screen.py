"""What several lessons show: a shipped coder, from the models that all pages keep loaded."""

from explorer.models import trained
from lessons.shared import pca
from lessons.shared.coders import Coder, of_model, of_pca


def coder(kind: str, latents: int) -> Coder:
    """A coder of that kind and size; CheckpointError with a sentence where its file is missing or damaged."""
    return of_pca(pca.load(), latents) if kind == "pca" else of_model(trained.get(f"mnist-{kind}-{latents}d").model)
