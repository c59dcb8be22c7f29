"""Glossary: every term that the pages explain, with its formula and the pages where it lives."""

from explorer.page import places
from explorer.page.page import Page
from explorer.wayin import glossary

page = Page("glossary")
glossary.draw(page.words)
places.link("explore", "Next")
page.end()
