"""The app: `streamlit run app.py`, or any ASGI server with `app:app`.

Streamlit's script is explorer/serving/navigation.py; here stands what belongs to the process: warm-up, security headers, errors.
"""

import vae  # noqa: F401  first: it sets how OpenMP's threads wait, before anything imports torch

# isort: split
import asyncio
import logging
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from explorer.bringing import readings
from explorer.bringing import routes as brought
from explorer.browser import assets as weights
from explorer.browser import codings
from explorer.classroom import doors, export, light, qr, socket
from explorer.classroom.hub import HUB
from explorer.classroom.together import planes
from explorer.page.owners import Owners
from explorer.plans import doors as plan_doors
from explorer.plans import keeping, looks, notes
from explorer.plans.course import doors as course_doors
from explorer.serving import entry, letters, promptness, rehearsal
from explorer.serving.compressed import Compressed
from explorer.serving.headers import SecurityHeaders
from explorer.takehome import doors as takehome
from vae.errors import VaeError

CLASS = [route for part in (doors, light, socket, planes, qr, export) for route in part.routes()]
PLANS = [route for part in (looks, keeping, plan_doors, notes, course_doors) for route in part.routes()]
NAVIGATION = Path(__file__).resolve().parent / "explorer" / "serving" / "navigation.py"


@asynccontextmanager
async def lifespan(_: st.App):
    """Load torch, the digits and the shipped models before the first visitor, then keep them out of every collection.

    The workers that train start beside; nobody waits for them but the first run. Once the port answers, every page is opened once.
    """
    from explorer.models import data_sets, trained
    from explorer.runs import jobs

    promptness.send_at_once()
    await asyncio.to_thread(trained.warm_up)
    for trouble in await asyncio.to_thread(data_sets.troubles):
        logging.getLogger("explorer").warning("%s", trouble)
    promptness.collect_rarely()
    try:
        await asyncio.to_thread(jobs.start)
    except VaeError as error:  # the pages that need runs say so; the others do without
        logging.getLogger("explorer").error("No runs: %s", error)
    preparing = asyncio.create_task(_prepare())
    await HUB.start()
    yield
    preparing.cancel()
    await HUB.stop()
    readings.stop_all()
    await asyncio.to_thread(jobs.stop)


async def _prepare() -> None:
    """What would keep visitors waiting and is not needed before the port answers."""
    if rehearsal.wanted():
        await asyncio.to_thread(letters.cut)
        await rehearsal.rehearse()
        codings.improve()


def explain(error: Exception) -> bool:
    """What nobody foresaw: the traceback goes to the log, a sentence to the page."""
    logging.getLogger("explorer").error("A page failed", exc_info=error)
    st.error(
        "Something went wrong on this page. Reload it; if it happens again, the log of the server says why. Your models are kept."
    )
    return True


app = st.App(
    NAVIGATION,
    lifespan=lifespan,
    routes=[*weights.routes(), *brought.routes(), *CLASS, *PLANS, *takehome.routes(), *entry.routes()],
    middleware=[Middleware(SecurityHeaders), Middleware(Compressed), Middleware(Owners)],
    on_script_error=explain,
)
