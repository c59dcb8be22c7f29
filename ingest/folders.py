"""Pictures: each becomes an image, and its folder is its class. Folders such as train and test are parts of the set."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ingest import pictures
from ingest.choices import BLACK, NOTHING, WHITE, Choices, Offers
from ingest.files import File
from ingest.limits import check_most
from ingest.parts import TEST, TRAIN, VALIDATION, part_of
from ingest.stack import Block, Stack

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".ppm", ".pgm", ".pbm", ".pnm")
MARKS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
LOOKED_AT = 64  # pictures, to choose a ground
GROUNDS = {BLACK: "black", WHITE: "white"}


def owns(file: File) -> bool:
    """Whether a file is a picture, or says so."""
    return file.suffix in SUFFIXES or file.start(4).startswith(MARKS)


def stacks(files: Sequence[File], choices: Choices) -> tuple[list[Stack], Choices, Offers]:
    """All pictures in the order of their names, as one stack or as one for each part of a set; and their ground, as it is and as it may be."""
    check_most(len(files))
    homes = [sys.intern(_home(file)) for file in files]
    parts = {home: part_of(home) for home in set(homes)}
    if not {TRAIN, TEST} <= set(parts.values()):  # a folder of that name is a class as others are
        parts = dict.fromkeys(homes, "")
    ink = _ink(files)
    bright = ink is not None and ink > WHITE / 2
    ground = choices.ground if choices.ground is not None else BLACK if bright else WHITE
    told = f"Pictures are transparent, with {'bright' if bright else 'dark'} ink: they were put on {GROUNDS[ground]}."
    found: list[Stack] = []
    for part in sorted(set(parts.values()), key=[TRAIN, VALIDATION, "", TEST].index):
        some = [(file, home) for file, home in zip(files, homes, strict=True) if parts[home] == part]
        found.append(_stack(some, part, ground, (told,) if ink is not None and not found else ()))
    if ink is None:
        return found, choices, NOTHING
    return found, replace(choices, ground=ground), Offers(grounds=(BLACK, WHITE))


def _stack(files: Sequence[tuple[File, str]], part: str, ground: int, told: tuple[str, ...]) -> Stack:
    labels = _folders([home for _, home in files], part)

    def blocks() -> Iterator[Block]:
        for i, (file, _) in enumerate(files):
            yield _block(file, labels[i : i + 1] if labels else [], ground)

    return Stack(f"The folder {part}" if part else "The pictures", part, labels is not None, blocks, told)


def _block(file: File, label: Sequence[str], ground: int) -> Block:
    def images(places: np.ndarray) -> Iterator[np.ndarray]:
        return (pictures.grey(pictures.open_picture(file), file.name, ground) for _ in places)

    return Block(1, lambda: label, images)


def _home(file: File) -> str:
    return file.path.replace("\\", "/").rpartition("/")[0]


def _folders(homes: Sequence[str], part: str) -> list[str] | None:
    """The folder of each picture; None if some are not in a folder, or all are in one."""
    folder = {home: home.rpartition("/")[2] for home in set(homes)}
    folders = ["" if part and part_of(folder[home]) == part else folder[home] for home in homes]
    return folders if all(folders) and len(set(folders)) > 1 else None


def _ink(files: Sequence[File]) -> float | None:
    """The mean grey level of what transparent pictures show; None if none of those that are looked at is transparent."""
    some = [files[i] for i in np.unique(np.linspace(0, len(files) - 1, LOOKED_AT).astype(int))]
    inks = [ink for file in some if (ink := pictures.ink(pictures.open_picture(file), file.name)) is not None]
    return float(np.mean(inks)) if inks else None
