"""Plans: lessons that play; those that ship and one's own, which are copied, written, given away and taken in."""

from explorer.page import owners
from explorer.page.page import Page
from explorer.plans.page import changes, listing, opened
from explorer.plans.page.address import ADDRESS, PLAN

page = Page("plans", ADDRESS)
if page.at[PLAN]:
    changes.say(page)
    opened.draw(page, page.at[PLAN])
else:
    listing.draw(page, owners.owner())
    page.say("stored")
page.end()
