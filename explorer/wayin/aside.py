"""What stands above the pages in the side bar: the search, and the route for a first visit."""

import functools
import html

from explorer.page import words
from explorer.wayin.route import route


@functools.cache
def drawn() -> str:
    """Both as HTML; explorer/serving/asking.js hears the button."""
    said = words.load("explorer/wayin").items("search")
    return (
        f'<button type="button" class="le-search">{html.escape(said["search"])}<kbd>Ctrl K</kbd></button>{route(folded=True)}'
    )
