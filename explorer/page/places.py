"""The pages and their sections: the one list that the navigation, the routes and the links between pages read."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True)
class Place:
    """A page: its path in the address (and the name of its file), its title, and what it is for."""

    path: str
    title: str
    purpose: str


SECTIONS: dict[str, tuple[Place, ...]] = {
    "": (Place("home", "Home", "An autoencoder and a VAE in one live picture"),),
    "See": (
        Place("explore", "Explore", "Move through one model's latent space"),
        Place("compare", "AE vs VAE", "Two latent spaces side by side, and what prior draws decode to"),
        Place("interpolate", "Interpolate", "Walk from one digit to another"),
    ),
    "Understand": (
        Place("kl", "What the KL does", "One latent, the three parts of its KL, and where each pulls"),
        Place("reparameterization", "The reparameterization trick", "How a gradient gets through a random draw"),
        Place("elbo", "The evidence lower bound", "log p(x) in two parts that trade, and where a VAE's bound loses nats"),
        Place("em", "From EM to the VAE", "Five algorithms climb one likelihood, step by step"),
        Place("blur", "Why averages blur", "Several possible images, one code, and what each loss answers"),
        Place("reduction", "Sum or mean?", "Which \u03b2 a reduction in the code really trains with"),
        Place("shape", "The shape of latent space", "Posterior widths, where prior draws land, shells and packed spheres"),
        Place("inside", "Look inside", "A digit through the layers of two networks, and what excites each unit"),
        Place("fails", "How it fails", "Six real runs that went wrong, how to tell each, and what mends it"),
    ),
    "Use": (
        Place("denoise", "Denoise", "Take noise off: a denoising autoencoder beside models that never saw any"),
        Place("anomalies", "Find anomalies", "What a model has never seen, a threshold to drag, and where likelihood fails"),
        Place("compress", "Compress", "Codes as files: bits against what comes back, beside PNG and JPEG"),
        Place("represent", "Represent", "How many labels a code saves, and what a t-SNE map does not say"),
        Place("arithmetic", "Latent arithmetic", "Thick minus thin: directions from examples, and what is behind them"),
        Place("images", "Bring your own images", "Pictures of your own: checked, kept private, compressed by three models"),
    ),
    "Relatives": (
        Place("gan", "GAN", "A generator that learns from a critic, beside the VAE at the same budget"),
        Place("nash", "Nash equilibrium", "Two players and their gradients: who comes home, and a GAN on a line"),
        Place("conditional", "Conditional VAE", "The class given, the style left: one hand writes all ten digits"),
        Place("priors", "Better priors, other losses", "VampPrior, two levels, learned variance, SSIM and tokens in one table"),
        Place("disentangle", "Disentangle", "Shapes whose factors are known: does each latent learn one of them?"),
    ),
    "Make": (
        Place("train", "Train", "Train an autoencoder and a VAE and watch their latent spaces form"),
        Place("runs", "Runs", "Your training runs: compare, rename, open, delete"),
    ),
}
LESSONS = (*SECTIONS["Understand"], *SECTIONS["Use"], *SECTIONS["Relatives"])  # the pages that follow one pattern, in order
PLACES = {place.path: place for places in SECTIONS.values() for place in places}


def navigation() -> dict[str, list]:
    """The sections as Streamlit's pages."""
    return {
        section: [
            st.Page(FOLDER / f"{p.path}.py", title=p.title, url_path=p.path, help=p.purpose, default=p.path == "home")
            for p in places
        ]
        for section, places in SECTIONS.items()
        if places
    }


def link(path: str, text: str, **parameters: str) -> None:
    """A link to another page, with what its address shall say."""
    label = f"{text}: {PLACES[path].title} \u2192"
    st.page_link(FOLDER / f"{path}.py", label=label, query_params=parameters or None)
