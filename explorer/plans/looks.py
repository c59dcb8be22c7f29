"""The pictures of a plan's steps: those that ship, and those of the views that somebody kept.

GET <base>/plans/pictures/PLAN-STEP.webp    one that ships; `python -m benchmarks.stage --pictures` takes them all
"""

import functools
import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.browser import codings
from explorer.browser.assets import base, read
from explorer.page.words import ROOT
from explorer.plans.plan import Plan
from explorer.plans.shipped import shipped
from explorer.runs.store.plans import plans
from explorer.runs.store.views import views

SIZE, LARGEST = (480, 270), 15_000  # pixels and bytes of one that ships
FOLDER = ROOT / "explorer" / "plans" / "pictures"  # what ships: PLAN-STEP.webp


def of(name: str, plan: Plan, seer: str | None) -> dict[int, str]:
    """The paths of the pictures of any plan that the browser `seer` may see, by the number of the step from 1."""
    return of_shipped(name) if name in shipped() else of_own(name, plan, plans().get(name).owner, seer)


def of_shipped(name: str) -> dict[int, str]:
    """The paths of the pictures of a plan that ships, by the number of the step from 1."""
    files = {number: file_of(name, number) for number in range(1, len(shipped()[name].steps) + 1)}
    return {number: _address(file) for number, file in files.items() if (FOLDER / file).exists()}


def file_of(name: str, number: int) -> str:
    """The file of the picture of a step, by the plan's id and the number of the step from 1."""
    return f"{name}-{number}.webp"


def _address(file: str) -> str:
    """Where it is served; a picture that was taken again has another address, so browsers may keep it for ever."""
    return f"./plans/pictures/{file}?{hashlib.sha256(read(FOLDER / file)).hexdigest()[:8]}"


def of_own(plan_id: str, plan: Plan, owner: str, seer: str | None) -> dict[int, str]:
    """The same of an own plan: a step shows what its owner kept of the address that it opens, or what ships of it.

    Others than the owner see the views that are published; to have a plan's id opens no other.
    """
    kept = views().showing(owner, {step.open for step in plan.steps}, seer)
    found = {}
    for number, step in enumerate(plan.steps, 1):
        if step.open in kept:
            found[number] = f"./plans/{plan_id}/{kept[step.open]}.webp"
        elif step.open in _shipped():
            found[number] = _shipped()[step.open]
    return found


@functools.cache
def _shipped() -> dict[str, str]:
    """The pictures that ship, by the addresses that they show."""
    return {plan.steps[number - 1].open: path for name, plan in shipped().items() for number, path in of_shipped(name).items()}


async def answer(request: Request) -> Response:
    """A picture that ships."""
    name = request.path_params["name"]
    if name not in _files():
        return PlainTextResponse("There is no such picture. Reload the page.", 404)
    return Response(read(FOLDER / name), media_type="image/webp", headers={"Cache-Control": codings.FOR_EVER})


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/plans/pictures/{{name}}", answer, methods=["GET"])]


@functools.cache
def _files() -> set[str]:
    return {path.name for path in FOLDER.glob("*.webp")}
