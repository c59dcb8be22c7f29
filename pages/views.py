"""Saved views: a shelf of what this browser kept, to come back to, to put into a plan, or to publish."""

from explorer import public
from explorer.page import owners
from explorer.page.page import Page
from explorer.plans.shelf import shelf
from explorer.plans.shelf.address import ADDRESS

page = Page("views", ADDRESS)
shelf.draw(page, owners.owner())
if not public.on():
    page.caption("stored")
page.end()
