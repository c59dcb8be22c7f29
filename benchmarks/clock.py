"""How time and memory are taken, so that a busy neighbour changes little."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from vae.hardware import CPU


def seconds(work: Callable[[], object], place: torch.device = CPU) -> float:
    """Seconds of this thread's processor time, what the work takes on a core of its own; on a GPU seconds until it is done."""
    if place.type == "cpu":
        start = time.thread_time()
        work()
        return time.thread_time() - start
    backend = getattr(torch, place.type)
    backend.synchronize()
    start = time.perf_counter()
    work()
    backend.synchronize()
    return time.perf_counter() - start


def in_turns(works: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each, every round running all of them one after another."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(work())
    return {name: median(values) for name, values in times.items()}


def in_process(work: Callable[..., float], *arguments: object) -> float:
    """The result of that function in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def peak_memory(place: torch.device) -> float:
    """Most megabytes so far: of the process, or of the GPU where torch counts it."""
    if place.type == "cuda":
        return torch.cuda.max_memory_allocated(place) / 1e6
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts what was before the process's own beginning in the other number
        (peak,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on a Mac
