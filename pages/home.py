"""Home: what an autoencoder and a VAE are, in one live picture."""

from explorer.home.address import ADDRESS
from explorer.home.machine import machine
from explorer.models import trained
from explorer.page import places
from explorer.page.page import Page

page = Page("home", ADDRESS)
ae, vae = trained.get("mnist-ae-2d"), trained.get("mnist-vae-2d")
machine([ae, vae], key="machine", at=page.at, words=page.words)
page.caption("same", images=len(vae.data.train))
places.link("explore", page.words.say("next"))
page.end()
