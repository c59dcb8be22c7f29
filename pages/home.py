"""Home: a game of darts on the latent planes of an autoencoder and a VAE, and below it how the two work."""

import streamlit as st

from explorer.home import moments
from explorer.home.address import ADDRESS, FOLD, fold
from explorer.home.game import DARTS, GAMES, filled, game, shares, summary
from explorer.home.machine import machine
from explorer.lesson.lesson import Asking
from explorer.models import trained
from explorer.page import places
from explorer.takehome import offer
from explorer.wayin.route import route
from lessons.conditional import screen as conditional
from lessons.denoise import screen as denoise
from lessons.shared import darts
from lessons.shared.screen import judge, seen

HAND, ENDS, NOISY = 4, (0, 3), 8  # test digits: whose hand is shown, between which the way goes, and the one under noise

page = Asking("home", ADDRESS)
ae, vae = trained.get("mnist-ae-2d"), trained.get("mnist-vae-2d")
classifier, accuracy = judge()
layers = [*classifier.trunk, classifier.head]
with page.staged():
    page.predict()
    game([ae, vae], layers, darts.SURE, key="darts", at=page.at, words=page.words, codes=page.revealed)

found = {kind: summary(seen()[model.name]) for kind, model in (("ae", ae), ("vae", vae))}
said = " ".join(shares(kind, each, page.words) for kind, each in found.items())
page.reveal(filled(found), shares=said, out=ae.measures.out_of_reach_share)
counted = {f"counted_{kind}": each.recognised for kind, each in found.items()}
page.caption("judged", accuracy=accuracy, sure=darts.SURE, each=DARTS, games=GAMES, **counted)

with st.expander(page.words.say("how"), expanded=page.at["home_machine"], key=FOLD, on_change=fold) as opened:
    if opened.open:
        page.say("machine")
        with page.staged("machine"):
            machine([ae, vae], key="machine", at=page.at, words=page.words)
        page.caption("same", images=len(vae.data.train))
        offer.draw("home")
st.html(route())
page.say("worth")
shown = {
    "conditional": lambda: (conditional.hand(HAND).place, conditional.hand(HAND).classes),
    "interpolate": lambda: ({"a": ENDS[0], "b": ENDS[1]}, moments.way(vae, *ENDS)),
    "denoise": lambda: ({"denoise_digit": NOISY}, denoise.freed(NOISY)),
}
st.html(moments.tiles(page.words, shown))
page.last_questions(folded=True)
places.link("explore", page.words.say("next"))
page.end()
