"""A file system that is soon full."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A real file system of that size, where this process may mount one."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True, check=False
    ).returncode
    if done != 0:
        pytest.skip("Only root can mount the small disk that this test fills.")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
