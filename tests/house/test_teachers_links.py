"""What teachers are given: every link opens its page as it says, and what the plans that ship say is so."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from app_driver import sentences, visit
from streamlit.testing.v1 import AppTest

from explorer.page.places import PLACES
from explorer.plans import document, doors, grammar
from explorer.plans.checking import troubles
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped
from lessons.conditional import screen as conditional
from lessons.fails import models
from lessons.fails.cases import CASES, RIDDLES
from lessons.fails.diagnosis import diagnose
from lessons.reduction.effective_beta import Sizes, effective_beta
from lessons.shared import classifier, darts
from vae import checkpoints
from vae.measuring.metrics import Measures
from vae.model import latent
from vae.streams import Purpose, normal

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "for-teachers.md").read_text(encoding="utf-8")
ADDRESSES = list(dict.fromkeys(re.findall(r"\]\(http://localhost:8501/([^)\s]*)\)", TEXT)))
STEPS = [(name, step) for name, plan in shipped().items() for step in plan.steps]
SAID = {name: " ".join(f"{step.ask} {step.expect}" for step in plan.steps) for name, plan in shipped().items()}
MEASURED = re.compile(r"\d+\.\d+|\d[\d,]+\d")


def test_the_document_has_the_plans_as_they_are():
    assert document.written(TEXT) == TEXT
    assert re.findall(r"<!-- plan (\w+) -->", TEXT) == list(shipped())
    assert TEXT.count("http://localhost:8501/") == len(re.findall(r"\]\(http://localhost:8501/[^)\s]*\)", TEXT))
    assert len(ADDRESSES) >= 40


@pytest.mark.parametrize("name", shipped())
def test_a_plan_that_ships_can_be_played(name):
    """So its minutes add up, and every step opens its page in the state that it names."""
    plan = shipped()[name]
    assert [str(trouble) for trouble in troubles(plan)] == []
    assert all(step.do and step.ask and step.expect and step.fits for step in plan.steps)
    assert all(step.fits.endswith((".", "?")) and len(step.fits) <= 170 for step in plan.steps)
    assert grammar.parse(grammar.written(plan)) == plan


def test_the_lessons_are_as_long_as_their_names_say():
    assert [shipped()[name].minutes for name in ("45", "90")] == [45, 90]


def test_every_link_is_one_that_its_page_takes():
    ways, addresses = ([each for each in ADDRESSES if each.startswith(doors.MODES) is is_way] for is_way in (True, False))
    assert sorted(ways) == sorted(f"{mode}?plan={name}" for mode in doors.MODES for name in shipped())
    steps = tuple(Step(address, 1, address, cover=False) for address in addresses)
    assert [str(trouble) for trouble in troubles(Plan("All links", len(steps), "", steps))] == []


def longest(name: str) -> list[Step]:
    """For each page that a plan opens, the step whose address says most."""
    steps = {step.path: step for step in sorted(shipped()[name].steps, key=lambda step: len(step.open))}
    return list(steps.values())


@pytest.mark.parametrize(
    ("name", "step"),
    [(name, step) for name in shipped() for step in longest(name)],
    ids=lambda each: getattr(each, "open", each),
)
def test_a_step_opens_its_page_in_the_state_it_names_and_its_figures_are_there(name, step):
    link = dict(parse_qsl(step.open.partition("?")[2], keep_blank_values=True))
    revealed = {f"{step.path}_revealed": "1"} if name == "project" and "predict" in PLACES[step.path].words.blocks else {}
    app = visit(step.path, **link, **revealed)
    assert sentences(app) == []
    kept = app.query_params
    assert {
        key: kept.get(key) for key in link
    } == link  # a page forgets what it does not know, and puts right what it does not accept
    if revealed:
        shown = text(app)
        for other in (each for each in shipped()[name].steps if each.path == step.path):
            assert [figure for figure in MEASURED.findall(f"{other.ask} {other.expect}") if not found(figure, shown)] == []


def text(app: AppTest) -> str:
    """All that a page says."""
    drawn = [each.value for kind in ("markdown", "caption") for each in app.get(kind)]
    drawn += [each.proto.body for each in app.get("html")]
    drawn += [line for radio in app.radio for line in (radio.label, *radio.options)]
    return re.sub(r"<[^>]+>", " ", " ".join(drawn))


def found(figure: str, shown: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|,\d)", shown) is not None


def test_a_parameter_that_a_page_does_not_know_would_be_noticed():
    app = visit("kl", kl_mu="1", kl_colour="red")
    assert "kl_colour" not in app.query_params
    assert app.query_params["kl_mu"] == "1"


@pytest.mark.parametrize("name", re.findall(r"\]\((?!http)([^)#]+)\)", TEXT))
def test_other_documents_are_where_the_plan_says(name):
    assert (ROOT / "docs" / name).exists()


def measures(name: str) -> Measures:
    return checkpoints.load_measures(checkpoints.SHIPPED / name, Measures)


def drawn(name: str) -> list[int]:
    """How often a classifier finds each class in 10,000 prior draws that a shipped model decodes."""
    model = checkpoints.load(checkpoints.SHIPPED / name).model
    images = latent.decode(model, normal(Purpose.PRIOR, 10_000, model.spec.latent_dim))
    return classifier.probabilities(classifier.load()[0], images).argmax(1).bincount(minlength=10).tolist()


def test_the_digits_that_the_plans_call_missing_are_missing():
    ae, vae = ([darts.load()[f"mnist-{kind}-2d"].count(str(digit)) for digit in range(10)] for kind in ("ae", "vae"))
    assert [digit for digit in range(10) if ae[digit] == 0] == [0, 1, 6]
    said = f"in the 10,000 darts of Home a classifier finds no 0, no 1, no 6, and a 7 in {ae[7] / 100:.1f} %"
    assert said in SAID["45"]
    assert "the autoencoder's 0, 1 and 6 stay empty" in SAID["45"]
    assert min(ae[digit] for digit in (2, 3, 4, 5, 8, 9)) > 300
    assert f"The VAE draws all ten, each in at least {min(vae) / 100:.1f} %" in SAID["45"]
    assert "one blot, which the classifier takes for an 8" in SAID["90"]
    assert drawn("mnist-ae-10d")[8] > 9_990


def test_the_numbers_that_the_plans_quote_are_those_of_the_models():
    assert f"{100 * measures('mnist-vae-2d').empty_share:.0f} % of prior draws still land in empty space" in TEXT
    assert "more than half of the autoencoder's codes are out of the prior's reach" in SAID["45"]
    assert measures("mnist-ae-2d").out_of_reach_share > 0.5
    assert "Every draw lands in empty space" in SAID["90"]
    assert measures("mnist-ae-10d").empty_share > 0.999
    assert "ten times as widely spread as the prior" in SAID["90"]
    assert measures("mnist-ae-10d").scale == pytest.approx(10, abs=0.5)
    matched = [100 * measures(f"mnist-{kind}-10d").empty_share_whitened for kind in ("ae", "vae")]
    assert (
        "With place and scale matched it would be {:.0f} % (see the table of measures), for the VAE {:.0f} %".format(*matched)
        in SAID["90"]
    )
    assert f"At \u03b2 = 16 its KL is {measures('mnist-vae-2d-beta-16').kl:.1f} nats" in TEXT
    assert (
        f"\u03b2 is {effective_beta('cross-entropy', 'mean', 'mean', 1.0, Sizes(128, 784, 2)):g}, and its model" in SAID["90"]
    )
    ladder = {beta: measures(f"mnist-vae-2d-beta-{beta:g}").negative_elbo for beta in (0.05, 0.25, 1.0, 2.0, 4.0, 8.0, 16.0)}
    assert min(ladder, key=ladder.__getitem__) == 1
    assert diagnose(models.symptoms()[models.SAME_IMAGES]) == "memorised"


def test_the_runs_of_the_quiz_are_what_the_plans_say():
    names = {
        "over": "is over-regularised",
        "memorised": "has memorised",
        "collapsed": "has collapsed",
        "diverged": "has diverged",
    }
    for run, case in enumerate(RIDDLES, 1):
        for name, step in STEPS:
            if step.open.startswith(f"fails?fails_run={run}&") and step.vote == Vote("prediction") and case in names:
                assert f"Run {run} {names[case]}" in step.expect, name
    before = CASES[RIDDLES[3]].change
    assert before[0] == "beta"
    assert f"(total \u2212 reconstruction) / KL, {before[1]}. Run 4 is under-regularised" in SAID["90"]
    assert "Run 6 cannot be recognised by its curves: open \u201cDead latents\u201d" in SAID["90"]
    assert (RIDDLES[3], RIDDLES[5]) == ("under", "dead")
    failed, mended = (models.symptoms()[name].kl for name in models.PAIRS["collapsed"])
    assert failed < 0.1
    assert mended > 4
    assert "The KL stays well above zero" in SAID["90"]


def test_giving_the_class_lowers_both_parts():
    plain, told = (conditional.shipped(name).measures for name in conditional.TITLES)
    assert told.kl < plain.kl
    assert told.reconstruction < plain.reconstruction
    lower = f"a KL of {told.kl:.1f} instead of {plain.kl:.1f} nats and a reconstruction of {told.reconstruction:.1f} instead of {plain.reconstruction:.1f}"
    assert lower in SAID["project"]


def test_as_many_latents_are_used_as_the_homework_says():
    dead = models.symptoms()[models.PAIRS["dead"].failed]
    used = [sum(nats > 0.1 for nats in kl) for kl in (dead.kl_per_dim, measures("mnist-vae-20d").kl_per_dim)]
    assert f"{used[0]} of {dead.latents} after 100,000 images in run 6 of How it fails, {used[1]} of 20" in TEXT
    assert models.RUNS[models.PAIRS["dead"].failed].recipe.settings.images == 100_000
