"""Home: a game of darts on the latent planes of an autoencoder and a VAE, and below it how the two work."""

import streamlit as st

from explorer.home.address import ADDRESS, OPEN
from explorer.home.game import GAMES, DARTS, game, summary
from explorer.home.machine import machine
from explorer.models import trained
from explorer.page import places
from explorer.page.page import Page
from lessons.shared import darts
from lessons.shared.screen import judge, seen

page = Page("home", ADDRESS)
ae, vae = trained.get("mnist-ae-2d"), trained.get("mnist-vae-2d")
classifier, accuracy = judge()
game([ae, vae], [*classifier.trunk, classifier.head], darts.SURE, key="game", at=page.at, words=page.words)
