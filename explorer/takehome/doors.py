"""GET <base>/takehome/{page}?<the page's own address>: what the page shows there, as one HTML file to keep (page.py).

What cannot be given is said in a sentence. A run on images that its owner brought is given to the browser that may see it, as its cookie says.
"""

import re
from collections.abc import Hashable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.page import owners
from explorer.runs.store import Denied, StoreError
from explorer.takehome.making import Maker, Refused
from explorer.takehome.page import document, labels
from explorer.takehome.views import View, view_of
from vae.errors import VaeError

LONGEST = 8_000  # characters of an address
FILES = Maker()


async def answer(request: Request) -> Response:
    """The file, or why there is none."""
    page, said, owner = request.path_params["page"], dict(request.query_params), owners.asks(request.cookies)

    def make() -> tuple[str, bytes]:
        view = view_of(page, said, owner)
        return _name(view), FILES.kept(_key(view), lambda: document(view))

    try:
        if len(request.url.query) > LONGEST:
            raise Refused("address", 414)
        name, file = await FILES.do(make)
    except VaeError as error:
        return PlainTextResponse(str(error), _status(error), headers={"Cache-Control": "no-store"})
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(file, media_type="text/html", headers=headers)


def _key(view: View) -> Hashable:
    """Equal for views that make equal files. A model that is trained on, or read again, is another one."""
    return view.kind, view.models, view.shown, view.made, repr(sorted(view.at.items()))


def _name(view: View) -> str:
    """Such as "ae-2-latents-vae-2-latents.html"."""
    return re.sub(r"[^a-z0-9.]+", "-", " ".join(labels(view)).lower().replace("\u03b2", "beta")) + ".html"


def _status(error: VaeError) -> int:
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, StoreError):
        return 403 if isinstance(error, Denied) else 503
    return 404


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/takehome/{{page}}", answer, methods=["GET"])]
