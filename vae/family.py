"""The models that ship. They are trained in groups from fixed seeds, each group on one core.

The members of a group start from the same weights and see the same batches, so they differ only in their objective. The command in
its spec.json trains a member alone, with the same result. Heirs go on from the weights of another model, as they were saved.
"""

import multiprocessing
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from statistics import mean, stdev
from types import MappingProxyType
from typing import Any, NamedTuple

from tqdm import tqdm

from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.command_options import command
from vae.data import Dataset
from vae.hardware import use_one_thread
from vae.learning import timeline
from vae.learning.recipes import Recipe, recipe
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.timeline import TimelineMoment
from vae.learning.training import prepare, train_together
from vae.measuring import metrics
from vae.measuring.bounds import ImportanceBound
from vae.measuring.metrics import Measures
from vae.measuring.probes import Probes, all_probes, pca_features, pixel_features
from vae.model.spec import ModelSpec

RECORDS = 40
LADDER = (0.05, 0.25, 1.0, 2.0, 4.0, 8.0, 16.0)
TABLE = "README.md"
BASELINES = "baselines.json"
SEEDS = "seeds.json"  # bounds on validation images of the models from several seeds (vae/seeds.py)
LIKELIHOOD = checkpoints.SHIPPED.parent / "docs" / "likelihood.md"  # between these two lines it has a table of ours
OURS, END = "<!-- ours: written by `python -m vae measure --all` -->", "<!-- end -->"


class Group(NamedTuple):
    """Models trained together, by name, and those that go on from there.

    Each heir begins with the weights of the last member, as they were saved.
    """

    members: dict[str, Recipe]
    heirs: Mapping[str, Recipe] = MappingProxyType({})
    timeline: bool = False
    importance_samples: int = metrics.IMPORTANCE_SAMPLES

    @property
    def recipes(self) -> dict[str, Recipe]:
        """Of members and heirs."""
        return {**self.members, **self.heirs}


def _pair(latent_dim: int, **changes) -> dict[str, Recipe]:
    return {f"mnist-{kind}-{latent_dim}d": recipe(kind, latent_dim, images=3_000_000, **changes) for kind in ("ae", "vae")}


def _binary(**changes) -> Recipe:
    spec = ModelSpec("vae", 40, encoder_widths=(512, 384), decoder_widths=(384, 512))
    schedule = {"warmup": 0.05, "kl_ramp": 0.2, "learning_rate": 2.5e-3, "weight_decay": 0.05, "batch_size": 256}
    return Recipe(spec, TrainingSettings(pixels="dynamic", **{**schedule, **changes}))


def _heir(spec: dict[str, Any], **changes) -> Recipe:
    """Further training, from the weights of another: a lower rate, the whole KL from the start, importance weights."""
    plain = _binary(importance_samples=8, warmup=0.02, kl_ramp=0.0, **changes)
    return plain._replace(spec=replace(plain.spec, **spec))


GROUPS = (
    Group(
        {"mnist-vae-40d-binary": _binary(images=14_000_000)},
        heirs={
            "mnist-iwae-40d-binary": _heir({}, images=1_600_000, learning_rate=8e-4),
            "mnist-flow-40d-binary": _heir(
                {"prior": "flow", "prior_size": 6},
                images=3_200_000,
                batch_size=512,
                learning_rate=2e-3,
                importance_from=0.75,
            ),
        },
        importance_samples=5_000,
    ),
    Group(_pair(2, learning_rate=8e-3), timeline=True),
    Group(_pair(10, learning_rate=3e-3)),
    Group(_pair(20, learning_rate=3e-3)),
    Group(
        {
            f"mnist-vae-2d-beta-{beta:g}": recipe("vae", 2, images=1_000_000, beta=beta, batch_size=128, learning_rate=8e-3)
            for beta in LADDER
        }
    ),
)


def names() -> list[str]:
    """Every model that ships, in the order in which they are trained."""
    return [name for group in GROUPS for name in group.recipes]


def train_all(out: Path, wanted: Iterable[str], processes: int) -> None:
    """Train all groups that have one of these models, `processes` groups at a time, then write the table."""
    wanted = set(wanted)
    tasks = [(i, str(out)) for i, group in enumerate(GROUPS) if wanted & set(group.recipes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for line in tqdm(pool.imap_unordered(_train_group, tasks), total=len(tasks), unit="group", disable=None):
            tqdm.write(line)
    write_table(out)


def importance_samples(name: str) -> int:
    """The number of samples with which to measure the importance-weighted bound of a model."""
    return next((group.importance_samples for group in GROUPS if name in group.recipes), metrics.IMPORTANCE_SAMPLES)


def write_table(out: Path) -> None:
    """Measure the baselines; write them, and the table of all models."""
    (out / BASELINES).write_bytes(
        checkpoints.to_json({name: probes.to_json() for name, probes in baselines(data.load("mnist")).items()})
    )
    (out / TABLE).write_text(table(out), encoding="utf-8")
    if out.resolve() == checkpoints.SHIPPED:
        before, rest = LIKELIHOOD.read_text(encoding="utf-8").split(OURS)
        LIKELIHOOD.write_text(f"{before}{OURS}\n{likelihoods(out)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _train_group(task: tuple[int, str]) -> str:
    use_one_thread()
    group, out = GROUPS[task[0]], Path(task[1])
    start = time.perf_counter()
    found = train_group(group, out)
    bounds = ", ".join(f"{name} {m.negative_elbo or m.reconstruction:.2f}" for name, m in found.items())
    return f"{time.perf_counter() - start:5.0f} s  {bounds} nats"


def train_group(group: Group, out: Path) -> dict[str, Measures]:
    """Train the members of a group together, then its heirs, and write their checkpoints. Returns their measures by name."""
    measures = _train(group, group.members, out)
    for name, heir in group.heirs.items():
        measures |= _train(group, {name: heir}, out, before=list(group.members)[-1])
    return measures


def _train(group: Group, members: dict[str, Recipe], out: Path, before: str = "") -> dict[str, Measures]:
    """Train these together, from the weights of the model named `before` if there is one."""
    recipes = list(members.values())
    common = recipes[0].settings
    dataset = data.load(common.dataset)
    models = [prepare(spec, settings, dataset) for spec, settings in recipes]
    seconds = 0.0
    if before:
        checkpoints.begin_with(models[0], out / before)
        seconds = checkpoints.load_measures(out / before, Measures).training_core_seconds or 0.0
    batch = min(common.batch_size, len(dataset.train))
    replay = timeline.shares(common.images, batch) if group.timeline else []
    replayed = {round(ceil(common.images / batch) * share) for share in replay}  # in steps
    even = [i / RECORDS for i in range(RECORDS + 1)]
    histories: list[list[Record]] = [[] for _ in models]
    moments: list[list[TimelineMoment]] = [[] for _ in models]
    start = time.process_time()
    together = train_together(models, [r.settings for r in recipes], dataset, sorted({*replay, *even}), group.timeline)
    for records in together:
        for model, record, history, kept in zip(models, records, histories, moments, strict=True):
            history.append(record)
            if record.images_seen // batch in replayed:
                kept.append(timeline.moment(model, record))
    seconds += (time.process_time() - start) / len(models)
    measures = {}
    for name, (spec, settings), model, history, kept in zip(members, recipes, models, histories, moments, strict=True):
        written = command(spec, settings, Path("checkpoints") / name, Path("checkpoints") / before if before else None)
        contents = checkpoints.files(Checkpoint(name, model, settings, written), history)
        if kept:
            contents[timeline.FILE] = timeline.to_bytes(kept)
        checkpoints.save(out / name, contents)
        shipped = checkpoints.load(out / name).model  # the weights as they were saved
        measured = metrics.evaluate(shipped, dataset, settings.pixels, group.importance_samples)
        measures[name] = replace(measured, training_core_seconds=round(seconds, 1))
        checkpoints.write_measures(out / name, measures[name])
    return measures


def baselines(dataset: Dataset) -> dict[str, Probes]:
    """The probes on raw pixels and on principal components, as many components as models have latents."""
    features = {"pixels": pixel_features(dataset), **{f"pca-{d}d": pca_features(dataset, d) for d in (2, 10, 20)}}
    return {name: all_probes(train, test) for name, (train, test) in features.items()}


def table(out: Path) -> str:
    """The README of the checkpoints: the measures of all models, and the commands that train them."""
    found = {name: checkpoints.load_measures(out / name, Measures) for name in names() if (out / name).is_dir()}
    commands = {name: checkpoints.load(out / name).command for name in found}
    rows = [_row(name, measured) for name, measured in found.items()]
    probes = {name: Probes.from_json(read) for name, read in checkpoints.read_json(out, BASELINES).items()}
    rows += [[name, *("",) * 8, *_accuracies(measured), *("",) * 5] for name, measured in probes.items()]
    return "\n".join(
        [
            "# The models that ship",
            "",
            "Written by `make checkpoints`, which trains the models, and by `python -m vae measure --all`, which only measures them. Measured on "
            "all 10,000 test images. The measures are defined in `vae/measuring/metrics.py`, `vae/measuring/bounds.py`, `vae/measuring/probes.py` and `vae/measuring/aggregate.py`. "
            "The weights are under the MIT licence; they were trained on MNIST.",
            "",
            "- *Pixels* are grey levels as they are, or binary and drawn anew (dynamic); losses of one cannot be compared with losses of the other. "
            "Both bounds of a model are measured on the same pixels.",
            "- Losses are in nats per image. \u00b1 is one standard error over the images, with their pixels. On dynamic pixels a second \u00b1 "
            "follows: what other draws of the pixels of the same 10,000 images would change, one standard deviation.",
            "- *IW bound* is the importance-weighted bound on \u2212log p(x) with K draws, and beside K the median over images of the effective number of "
            "draws. Where that is a small part of K, the bound is not converged: more draws would lower it.",
            "- *Scale* is the standard deviation of the codes; the prior's is 1. *Empty space* would be 5 %, *out of reach* 1 %, *coverage* 97 % and "
            "*MMD\u00b2* 0 if the codes were distributed like the prior. In brackets: after the codes were given the prior's mean and covariance, so that only their shape "
            "counts (whitened).",
            "- The last rows are the probes of the codes, taken on raw pixels and on principal components.",
            "",
            _line(HEAD),
            _line(["---"] * len(HEAD)),
            *map(_line, rows),
            "",
            "## Commands",
            "",
            *(f"- `{name}`: `{text}`" for name, text in commands.items()),
            "",
        ]
    )


def likelihoods(out: Path) -> str:
    """The table of the models of binary pixels, for the document that compares their bounds with those of papers."""
    head = ["model", "prior", "\u2212log p(x)", "K", "effective samples", "pixel error", "negative ELBO", "core-seconds"]
    head.append("validation bound over seeds")
    over_seeds = checkpoints.read_json(out, SEEDS) if (out / SEEDS).is_file() else {}
    rows = []
    for name, (spec, settings) in {name: made for group in GROUPS for name, made in group.recipes.items()}.items():
        if settings.pixels == "grey" or not (out / name).is_dir():
            continue
        m = checkpoints.load_measures(out / name, Measures)
        found = m.weighted
        rows.append(
            [
                f"`{name}`",
                "N(0, I)" if spec.prior == "normal" else spec.prior,
                f"**{_nats(found.negative_log_likelihood, found.standard_error)}**",
                f"{found.samples:,}",
                "" if found.effective_samples is None else f"{found.effective_samples:.0f}",
                "" if found.pixel_error is None else f"{found.pixel_error:.2f}",
                _nats(m.negative_elbo, m.negative_elbo_error),
                "" if m.training_core_seconds is None else f"{m.training_core_seconds:,.0f}",
                f"{mean(over_seeds[name]):.2f}, SD {stdev(over_seeds[name]):.2f} ({len(over_seeds[name])})"
                if name in over_seeds
                else "",
            ]
        )
    return "\n".join(map(_line, [head, ["---"] * len(head), *rows]))


HEAD = [
    "model", "pixels", "\u03b2", "parameters", "reconstruction", "KL", "negative ELBO", "IW bound (K; effective)", "active units", "k-NN accuracy",
    "linear probe, 100 labels", "linear probe, all", "scale", "out of reach", "empty space (whitened)", "coverage (whitened)", "MMD\u00b2",
]  # fmt: skip


def _row(name: str, m: Measures) -> list[str]:
    member = next(group.recipes[name] for group in GROUPS if name in group.recipes)
    return [
        name,
        m.pixels,
        f"{member.settings.beta:g}" if member.spec.traits.kl else "",
        f"{m.parameters:,}",
        _nats(m.reconstruction, m.reconstruction_error),
        _nats(m.kl, m.kl_error),
        _nats(m.negative_elbo, m.negative_elbo_error, m.negative_elbo_pixel_error),
        _weighted(m.importance_weighted),
        "" if m.active_units is None else f"{m.active_units} of {m.latent_dim}",
        *_accuracies(m),
        "" if m.scale is None else f"{m.scale:.2f}",
        _percent(m.out_of_reach_share),
        _matched(_percent(m.empty_share, m.empty_share_error), _percent(m.empty_share_whitened)),
        _matched(_percent(m.coverage), _percent(m.coverage_whitened)),
        "" if m.mmd_squared is None else f"{m.mmd_squared:.4f} \u00b1 {m.mmd_squared_error:.4f}",
    ]


def _weighted(bound: ImportanceBound | None) -> str:
    if bound is None:
        return ""
    effective = "" if bound.effective_samples is None else f"; {bound.effective_samples:.0f}"
    return f"{_nats(bound.negative_log_likelihood, bound.standard_error, bound.pixel_error)} ({bound.samples:,}{effective})"


def _matched(plain: str, whitened: str) -> str:
    return f"{plain} ({whitened})" if whitened else plain


def _accuracies(m: Probes) -> Sequence[str]:
    pairs = (
        (m.knn_accuracy, m.knn_accuracy_error),
        (m.linear_probe_100, m.linear_probe_100_error),
        (m.linear_probe, m.linear_probe_error),
    )
    return [_percent(share, error) for share, error in pairs]


def _nats(value: float | None, *errors: float | None) -> str:
    """A value with its error over images and, if there is one, that over pixels."""
    said = [f" \u00b1 {error:.2f}" for error in errors if error is not None]
    return "" if value is None else f"{value:.2f}{''.join(said)}"


def _percent(share: float | None, error: float | None = None) -> str:
    beside = "" if error is None else f" \u00b1 {100 * error:.1f}"
    return "" if share is None else f"{100 * share:.1f}{beside} %"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
