"""What becomes of the stacks that were found: images of one size with their classes, and what was done to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ingest.choices import AS_FOUND, NOTHING, Choices, Offers
from ingest.labels import classes_of
from ingest.limits import FEWEST_APART, FEWEST_IMAGES, MOST_IMAGES, check_count
from ingest.parts import TEST, VALIDATION
from ingest.sampling import stratified
from ingest.stack import Room, Stack

QUARTER = 64  # of all grey levels
FAINT = "A typical image uses less than a quarter of all grey levels."


@dataclass(frozen=True)
class Brought:
    """Checked images.

    pixels   (N, 28, 28) uint8 grey levels
    labels   (N,) int64, indices of classes
    classes  names; one if the images have no labels
    told     sentences that say what was found, and what was done to it
    apart    how many of the last images came as a test set of their own
    choices  how the file was read where it may be meant in several ways
    offers   what may be chosen instead
    """

    pixels: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    told: tuple[str, ...]
    apart: int = 0
    choices: Choices = AS_FOUND
    offers: Offers = NOTHING

    def __len__(self) -> int:
        return len(self.pixels)

    @cached_property
    def rims_are_bright(self) -> bool:
        """Whether most images are dark on a bright ground; those of MNIST are bright on a black one."""
        rims = np.concatenate(
            [self.pixels[:, [0, -1], :].reshape(len(self), -1), self.pixels[:, :, [0, -1]].reshape(len(self), -1)], 1
        )
        return bool((np.median(rims, axis=1) > 127).mean() > 0.5)

    @cached_property
    def faint(self) -> bool:
        """Whether a typical image uses less than a quarter of the grey levels: then black or white may be other numbers than was thought."""
        flat = self.pixels.reshape(len(self), -1)
        return bool(np.median(flat.max(1).astype(int) - flat.min(1)) < QUARTER)


def inverted(brought: Brought) -> Brought:
    """The same images, inverted."""
    return replace(brought, pixels=255 - brought.pixels, told=(*brought.told, "Black and white were exchanged."))


def assemble(stacks: Sequence[Stack], choices: Choices, offers: Offers, told: Sequence[str] = ()) -> Brought:
    """Read all stacks. Those of a test set come last; where some have labels, those without are left aside."""
    labelled = [stack for stack in stacks if stack.labelled] or list(stacks)
    told = [*told, *(f"{stack.name} has no labels, and was left aside." for stack in stacks if stack not in labelled)]
    alone = {stack.part for stack in labelled} == {TEST}
    labelled.sort(key=lambda stack: stack.part == TEST)
    tallies = [stack.tally() for stack in labelled]
    counts = [count for count, _ in tallies]
    check_count(sum(counts))
    names = [name for _, some in tallies for name in some] if labelled[0].labelled else None
    labels, classes, words = classes_of(names, sum(counts))
    tests = np.repeat([stack.part == TEST and not alone for stack in labelled], counts)
    used = stratified(2 * labels + tests, MOST_IMAGES)
    room, found, begin = Room(int(used.sum())), [], 0
    for stack, count in zip(labelled, counts, strict=True):
        sentences = room.fill(stack, used[begin : begin + count])
        found += sentences if len(labelled) == 1 else [f"{stack.name}: {' '.join(sentences)}"]
        begin += count
    pixels, levels_told, levels, more = room.pixels(choices)
    if not used.all():
        same = "the same share of each class, drawn" if len(classes) > 1 else "drawn"
        found.insert(0, f"{room.count:,} of {len(used):,} images are used: {same} at random, and the same each time.")
    apart, said = _kept_apart(int((tests & used).sum()), room.count)
    if any(stack.part == VALIDATION for stack in labelled):
        said.append("Validation images are drawn anew from all that are no test images.")
    made = (*found, *levels_told, *told, *said, words)
    chosen = replace(choices, levels=levels)
    brought = Brought(pixels, labels[used], classes, made, apart, chosen, replace(offers, levels=more))
    return replace(brought, told=(*made, FAINT)) if brought.faint else brought


def _kept_apart(apart: int, count: int) -> tuple[int, list[str]]:
    """How many of the images that came as a test set are kept apart, and a sentence about it."""
    if not apart:
        return 0, []
    if apart < FEWEST_APART:
        return 0, [f"The test set has {apart:,} images, fewer than {FEWEST_APART}, so test images are drawn anew from all."]
    if count - apart < FEWEST_IMAGES:
        return 0, [
            f"Beside the test set there are {count - apart:,} images, fewer than {FEWEST_IMAGES}, so test images are drawn anew from all."
        ]
    return apart, [f"{apart:,} images came as a test set, and are kept apart as such."]
