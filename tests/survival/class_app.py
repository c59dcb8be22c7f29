"""The class's routes and nothing else, as a process of its own: `uvicorn class_app:app`. It starts in a second, which the whole app does not."""

from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from explorer.classroom import doors, light, socket
from explorer.classroom.hub import HUB
from explorer.page.owners import Owners


@asynccontextmanager
async def lifespan(_: Starlette):
    await HUB.start()
    yield
    await HUB.stop()


app = Starlette(routes=[*doors.routes(), *light.routes(), *socket.routes()], lifespan=lifespan, middleware=[Middleware(Owners)])
