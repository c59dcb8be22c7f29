"""What a Dask worker does: make itself ready before the first run comes, and train the runs it is given.

Knows no Streamlit. How a run ends is said to the store and to nobody else.
"""

import vae  # noqa: F401  first: it sets how OpenMP's threads wait, before anything imports torch

# isort: split
import gc
import logging
import os
import sys
import threading
from functools import cache

from explorer.runs import own_images, versions
from explorer.runs.contact import Contact, patiently
from explorer.runs.store import Lost, Run, Store, StoreError, store
from explorer.runs.trainee import Ending, Trainee, halted, place
from vae import data
from vae.errors import VaeError
from vae.hardware import use_one_thread
from vae.learning.recipes import recipe
from vae.learning.training import Training, prepare

LOG = logging.getLogger("explorer")


def greet() -> dict[str, str]:
    """Answer as soon as this worker is warm: what it runs on. The first run then begins at once."""
    _be_warm()
    return versions.here()


@cache
def _be_warm() -> None:
    """Load torch and the digits and take a step with a pair of models."""
    thread = threading.Thread(target=_warm_up, name="warm up")  # a thread's low priority is for good
    thread.start()
    thread.join()


def _warm_up() -> None:
    _settle()
    try:
        digits = data.load("mnist")
        pair = [recipe(kind, 2, images=256) for kind in ("ae", "vae")]
        models = [prepare(spec, settings, digits) for spec, settings in pair]
        training = Training(models, [settings for _, settings in pair], digits, snapshots=True, place=place())
        training.step()
        training.record()
    except VaeError as error:  # a run that needs the digits will say so to its owner
        LOG.warning("%s", error)
    gc.collect()
    gc.freeze()


def _settle() -> None:
    """One torch thread, and behind the pages: on a machine that does both, a hand on a slider comes before a training step."""
    use_one_thread()
    if sys.platform == "linux":  # the only system where a thread has a priority of its own
        behind = os.getpriority(os.PRIO_PROCESS, os.getpid()) + niceness()  # that of the main thread, which never changes
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), behind)


def niceness() -> int:
    """LATENT_EXPLORER_NICE, 0 to 19, default 19: how far training steps behind everything else on its machine."""
    chosen = os.environ.get("LATENT_EXPLORER_NICE", "")
    return min(19, int(chosen)) if chosen.isdecimal() else 19


def halt() -> None:
    """End this worker's run as soon as possible, its weights saved: the app is ending."""
    halted.set()


def train_run(run_id: str, attempt: int, store_url: str) -> None:
    """Train a run that was given to this worker, to its end. Raises StoreError where the store cannot be opened from here."""
    _settle()
    own_images.serve()
    kept = patiently(store, store_url)
    run = patiently(kept.begin, run_id, attempt)
    if run is None:  # deleted, or given to another worker in the meantime
        return
    try:
        with own_images.on_behalf_of(run.owner, kept), Contact(kept, run_id) as contact:
            ending = _ending(run, kept, contact)
        patiently(kept.finish, run_id, *ending)
    except Lost:
        LOG.info("Run %s is no longer trained here", run_id)


def _ending(run: Run, kept: Store, contact: Contact) -> Ending:
    try:
        return Trainee(run, kept, contact).learn()
    except StoreError:
        raise
    except VaeError as error:
        return Ending("failed", str(error))
    except Exception as error:
        LOG.exception("Run %s failed", run.id)
        return Ending("failed", f"Training failed unexpectedly ({type(error).__name__}: {error}).")
