"""Command line: `python -m vae train`, `evaluate`, `measure`, `convert`, `data` and `family`."""

import argparse
import json
import shlex
import sys
from pathlib import Path

from tqdm import tqdm

from vae import archives, checkpoints, command_options, data, family, foreign, hardware, remeasure, seeds
from vae.errors import SpecError, VaeError
from vae.hardware import use_one_thread
from vae.learning.recipes import USUAL
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring import metrics
from vae.measuring.bounds import MAX_SAMPLES, MEASURED_PIXELS
from vae.model.kinds import KINDS
from vae.model.spec import ModelSpec


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns 0 if it worked, 1 if it failed, 2 if its arguments make no sense; failures print a sentence."""
    parser = _parser()
    options = parser.parse_args(arguments)
    use_one_thread()
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    except ValueError as error:  # such as a SpecError: a setting out of its range
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return 2
    except (VaeError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1


class _Parser(argparse.ArgumentParser):
    """Answers bad arguments with one line instead of the whole usage."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: error: {message} (see --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m vae", description="Train and measure autoencoders and variational autoencoders.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    trainer = commands.add_parser(
        "train",
        help="train a model and write a checkpoint",
        description="Train a model and write a checkpoint: spec.json, model.safetensors, history.json, metrics.json.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    trainer.add_argument(
        "--out", type=Path, required=True, default=argparse.SUPPRESS, metavar="DIR", help="folder to write the checkpoint to"
    )
    trainer.add_argument(
        "--begin-with",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="folder of a checkpoint whose weights to begin with (default: none)",
    )
    command_options.add_to(trainer)
    trainer.add_argument(
        "--device",
        choices=hardware.DEVICES,
        default="cpu",
        help="where to train; auto is a GPU where torch finds one. One seed gives one model bit for bit on the CPU only",
    )
    trainer.set_defaults(run=_train)

    evaluator = commands.add_parser(
        "evaluate",
        help="measure a checkpoint on the test set",
        description="Measure a checkpoint on the test set and print JSON. Losses are in nats per image.",
    )
    evaluator.add_argument("checkpoint", type=Path, metavar="DIR", help="folder of the checkpoint")
    evaluator.add_argument(
        "--importance-samples",
        type=int,
        default=metrics.IMPORTANCE_SAMPLES,
        metavar="K",
        help=f"samples of z per image for the importance-weighted bound, 1 to {MAX_SAMPLES:,} (default: %(default)s)",
    )
    evaluator.add_argument(
        "--pixels", choices=MEASURED_PIXELS, help="pixels to measure on (default: those the model was trained on)"
    )
    evaluator.set_defaults(run=_evaluate)

    measurer = commands.add_parser(
        "measure",
        help="measure models again and update their files",
        description="Measure models on the test set again, without training, and write their metrics.json.",
    )
    measurer.add_argument("models", nargs="*", metavar="NAME", help="a model that ships, or the folder of a checkpoint")
    measurer.add_argument("--all", action="store_true", help="all models that ship; also write the table of their measures")
    measurer.set_defaults(run=_measure)

    converter = commands.add_parser(
        "convert",
        help="make a checkpoint of a model from elsewhere",
        description="Make a checkpoint of a model from elsewhere and measure it: its state dict as safetensors, and a mapping (docs/models.md).",
    )
    converter.add_argument("weights", type=Path, metavar="WEIGHTS", help="the state dict, a safetensors file")
    converter.add_argument("mapping", type=Path, metavar="MAPPING", help="a JSON file that says which layers it has")
    converter.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write the checkpoint to")
    converter.set_defaults(run=_convert)

    lister = commands.add_parser(
        "data",
        help="list the data sets, and whether their files are here",
        description="List the data sets: which are here, which files are missing and where they belong, which are damaged.",
    )
    lister.add_argument("sets", nargs="*", metavar="NAME", help="only these; the exit status is 1 if one of them is not here")
    lister.add_argument(
        "--download", action="store_true", help="first fetch the files of these sets that are missing or damaged"
    )
    lister.set_defaults(run=_data)

    family_ = commands.add_parser(
        "family",
        help="train all models that ship",
        description="Train and measure all models that ship, from fixed seeds, and write the table of their measures.",
    )
    family_.add_argument(
        "--out", type=Path, default=checkpoints.SHIPPED, metavar="DIR", help="folder to write to (default: %(default)s)"
    )
    family_.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        choices=family.names(),
        help="train only these, and the models that are trained together with them",
    )
    family_.add_argument(
        "--processes",
        type=int,
        default=2,
        metavar="N",
        help="number of groups to train at a time, each on one core (default: 2)",
    )
    family_.set_defaults(run=_family)

    seeded = commands.add_parser(
        "seeds",
        help="train the models with 40 latents again from other seeds",
        description="Train the models of binary pixels from other seeds and write their bounds on validation images, and the tables.",
    )
    seeded.set_defaults(run=_seeds)
    return parser


def _train(options: argparse.Namespace) -> int:
    usual = USUAL[options.architecture]
    settings = TrainingSettings(**{**usual.settings, **command_options.chosen(command_options.RECIPE, options)})
    settings.check_fit(KINDS[options.kind])
    place = hardware.device(options.device)
    folder = options.out.resolve()
    checkpoints.check_replaceable(folder)  # check this before the training, not after it
    dataset = data.load(settings.dataset)
    shape = {**usual.spec, **command_options.chosen(command_options.SHAPE, options)}
    spec = ModelSpec(**shape, image_shape=dataset.image_shape)
    command_options.check_used(spec, settings)
    model = prepare(spec, settings, dataset)
    before: Path | None = getattr(options, "begin_with", None)
    if before:
        checkpoints.begin_with(model, before.resolve())
    where = f"{hardware.device_name(place)}, {hardware.precision_name(place)}"
    print(f"Training on {len(dataset.train):,} images of {dataset.name}, {where}.", file=sys.stderr)
    history: list[Record] = []
    with tqdm(total=settings.images, unit=" images", unit_scale=True, disable=None) as bar:
        for record in train(model, settings, dataset, place=place):
            history.append(record)
            bar.update(min(record.images_seen, settings.images) - bar.n)
            kl = "" if record.validation.kl is None else f", KL {record.validation.kl:.2f}"
            bar.set_postfix_str(f"validation: reconstruction {record.validation.reconstruction:.2f}{kl} nats")
    again = command_options.command(spec, settings, options.out, before, place.type)
    checkpoint = checkpoints.Checkpoint(folder.name, model, settings, again)
    checkpoints.save(folder, checkpoints.files(checkpoint, history))
    measured = metrics.evaluate(
        checkpoints.load(folder).model, dataset, settings.pixels
    )  # measure the weights as they were saved
    checkpoints.save(folder, checkpoints.files(checkpoint, history, measured))
    _print({"name": folder.name, **measured.to_json()})
    return 0


def _convert(options: argparse.Namespace) -> int:
    folder = options.out.resolve()
    checkpoints.check_replaceable(folder)
    weights = foreign.read_weights(options.weights)
    mapped = foreign.mapped(foreign.read_layout(options.mapping), {key: weight.shape for key, weight in weights.items()})
    dataset = data.load(mapped.settings.dataset)
    if dataset.image_shape != mapped.spec.image_shape:
        raise SpecError(f"image is {mapped.spec.image_shape}; the images of {dataset.name} are {dataset.image_shape}.")
    again = shlex.join(
        ["python", "-m", "vae", "convert", str(options.weights), str(options.mapping), "--out", str(options.out)]
    )
    checkpoint = checkpoints.Checkpoint(folder.name, foreign.filled(mapped, weights), mapped.settings, again)
    checkpoints.save(folder, checkpoints.files(checkpoint, []))
    measured = metrics.evaluate(checkpoints.load(folder).model, dataset)  # the weights as they were saved
    checkpoints.save(folder, checkpoints.files(checkpoint, [], measured))
    _print({"name": folder.name, **measured.to_json()})
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    checkpoint = checkpoints.load(options.checkpoint.resolve())
    dataset = data.load(checkpoint.settings.dataset)
    pixels = options.pixels or checkpoint.settings.pixels
    measured = metrics.evaluate(checkpoint.model, dataset, pixels, options.importance_samples)
    _print({"name": checkpoint.name, **measured.to_json()})
    return 0


def _measure(options: argparse.Namespace) -> int:
    if options.all == bool(options.models):
        raise ValueError("name the models to measure again, or give --all for every model that ships.")
    for folder in [remeasure.find(word) for word in options.models or family.names()]:
        print(f"Measuring {folder.name} ...", file=sys.stderr)
        _print({"name": folder.name, **remeasure.measure_again(folder).to_json()})
    if options.all:
        family.write_table(checkpoints.SHIPPED)
    return 0


def _data(options: argparse.Namespace) -> int:
    for name in options.sets:
        if name not in data.LOADERS:
            raise ValueError(f"there is no data set {name!r}; choose from {', '.join(data.LOADERS)}.")
    if options.download and not options.sets:
        raise ValueError("name the data sets to download.")
    chosen = {name: data.LOADERS[name].files for name in options.sets or data.LOADERS}
    for files in chosen.values():
        if options.download and files is not None:
            print(f"The files of {files.title} are in {archives.download(files)}.", file=sys.stderr)
    troubles = {name: data.trouble(name) for name in chosen}
    for name, trouble in troubles.items():
        print(f"{name:16}{trouble or 'here'}")
    return int(bool(options.sets) and any(troubles.values()))


def _family(options: argparse.Namespace) -> int:
    family.train_all(options.out, options.only or family.names(), options.processes)
    return 0


def _seeds(options: argparse.Namespace) -> int:
    group = next(group for group in family.GROUPS if group.heirs)
    found = seeds.validation_bounds(group, checkpoints.SHIPPED)
    (checkpoints.SHIPPED / family.SEEDS).write_bytes(checkpoints.to_json(found))
    family.write_table(checkpoints.SHIPPED)
    _print(found)
    return 0


def _print(measured: dict) -> None:
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    sys.exit(main())
