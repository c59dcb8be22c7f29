"""Command line: the app for a room, a view as one file, what links may carry, plans, and the two programs of a cluster on several machines."""

import vae  # noqa: F401  first: it sets how OpenMP's threads wait, before anything imports torch

# isort: split
import argparse
import logging
import sys
from pathlib import Path

from vae.errors import VaeError

COMMANDS = {
    "class": "serve the app to a room: say where students join, as an address and as a QR code",
    "export": "write one model, or two side by side, into one HTML file that opens anywhere, without a server",
    "gallery": "write the models that ship into a folder of pages that any web space can serve, or that open from a disk",
    "links": "list every parameter that an address may carry, page by page",
    "plan": "check files of lesson plans, and say what is wrong, line by line",
    "scheduler": "run the scheduler of a cluster at an address such as tls://10.0.0.1:8786",
    "worker": "train, one run on each core, for the scheduler at that address",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 when it failed with a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m explorer",
        description="Serve a room; write a view into a file; say what links may carry; check plans; train on several machines.",
    )
    choices = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name, what in COMMANDS.items():
        command = choices.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        if name == "class":
            command.add_argument("--port", type=int, default=8501, help="8501 if not said")
        elif name == "export":
            command.add_argument(
                "names", nargs="+", metavar="NAME", help="a model, such as mnist-vae-2d; a second one beside it"
            )
            command.add_argument("--out", type=Path, default=Path("latent.html"), help="the file; latent.html if not said")
            command.add_argument("--way", action="store_true", help="of two models the way between two images")
            command.add_argument(
                "--replay", choices=["training", "ladder"], help="of one model its training, or the beta ladder"
            )
        elif name == "gallery":
            command.add_argument("--out", type=Path, default=Path("site"), help="the folder; site if not said")
        elif name == "plan":
            which = command.add_mutually_exclusive_group(required=True)
            which.add_argument("files", nargs="*", default=[], metavar="FILE", help="a plan, as docs/plans.md describes it")
            which.add_argument(
                "--write-document", action="store_true", help="write the plans that ship into docs/for-teachers.md"
            )
        elif name != "links":
            command.add_argument("address", help="where the scheduler is; docs/deployment.md says how to make its certificate")
    said = parser.parse_args(arguments)
    try:
        _run(said)
    except VaeError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    finally:
        logging.disable(logging.NOTSET)
    return 0


def _run(said: argparse.Namespace) -> None:
    if said.command in ("links", "plan", "export", "gallery"):
        logging.disable(logging.WARNING)  # Streamlit warns of every look at a session that is not there
    if said.command == "plan":
        from explorer.plans import command

        print(command.write_document() if said.write_document else command.check(said.files))
        return
    if said.command == "links":
        from explorer.links import links  # Streamlit, which a worker has no use for

        print(links())
        return
    if said.command == "export":
        from explorer.takehome import command as takehome

        print(takehome.export(said.names, said.out, said.way, said.replay))
        return
    if said.command == "gallery":
        from explorer.takehome.gallery import site

        print(site.gallery(said.out))
        return
    if said.command == "class":
        from explorer.classroom import start

        start.start(said.port)
        return
    from explorer.runs import machines

    {"scheduler": machines.scheduler, "worker": machines.worker}[said.command](said.address)


if __name__ == "__main__":
    sys.exit(main())
