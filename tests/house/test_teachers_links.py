"""Every link of the lesson plans opens its page as the plan says: no complaint, and no parameter that the page does not know."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from app_driver import sentences, visit

from explorer.page.places import PLACES
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
ADDRESSES = list(dict.fromkeys(re.findall(r"\]\((http://localhost:8501/[^)\s]*)\)", TEXT)))


def test_both_plans_and_all_their_links_are_read():
    assert len(ADDRESSES) >= 25
    assert TEXT.count("http://localhost:8501/") == len(re.findall(r"\]\(http://localhost:8501/[^)\s]*\)", TEXT))
    for minutes in (45, 90):
        assert f"## {minutes} minutes" in TEXT


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.removeprefix("http://localhost:8501/"))
def test_a_link_opens_its_page_in_the_state_it_names(address):
    parts = urlsplit(address)
    path, link = parts.path.strip("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
    assert path in PLACES
    app = visit(path, **link)
    assert sentences(app) == []
    kept = app.query_params
    assert {
        name: kept.get(name) for name in link
    } == link  # a page forgets what it does not know, and puts right what it does not accept


def test_a_parameter_that_a_page_does_not_know_would_be_noticed():
    app = visit("kl", kl_mu="1", kl_colour="red")
    assert "kl_colour" not in app.query_params
    assert app.query_params["kl_mu"] == "1"


@pytest.mark.parametrize("heading", ["45 minutes", "90 minutes"])
def test_a_plan_goes_forward_in_time_and_ends_in_time(heading):
    part = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    minutes = [int(minute) for minute in re.findall(r"^\| (\d+) \|", part, re.MULTILINE)]
    assert minutes == sorted(set(minutes))
    assert minutes[0] == 0
    assert minutes[-1] < int(heading.split()[0])


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
    assert said in TEXT
    assert "the autoencoder's 0, 1 and 6 stay empty" in TEXT
    assert min(ae[digit] for digit in (2, 3, 4, 5, 8, 9)) > 300
    assert f"The VAE draws all ten, each in at least {min(vae) / 100:.1f} %" in TEXT
    assert "one blot, which the classifier takes for an 8" in TEXT
    assert drawn("mnist-ae-10d")[8] > 9_990


def test_the_numbers_that_the_plans_quote_are_those_of_the_models():
    assert f"{100 * measures('mnist-vae-2d').empty_share:.0f} % of prior draws still land in empty space" in TEXT
    assert "more than half of the autoencoder's codes are out of the prior's reach" in TEXT
    assert measures("mnist-ae-2d").out_of_reach_share > 0.5
    assert "Every draw lands in empty space" in TEXT
    assert measures("mnist-ae-10d").empty_share > 0.999
    assert "ten times as widely spread as the prior" in TEXT
    assert measures("mnist-ae-10d").scale == pytest.approx(10, abs=0.5)
    matched = [100 * measures(f"mnist-{kind}-10d").empty_share_whitened for kind in ("ae", "vae")]
    assert (
        "With place and scale matched it would be {:.0f} % (see the table of measures), for the VAE {:.0f} %".format(*matched)
        in TEXT
    )
    assert f"At \u03b2 = 16 its KL is {measures('mnist-vae-2d-beta-16').kl:.1f} nats" in TEXT
    assert f"\u03b2 is {effective_beta('cross-entropy', 'mean', 'mean', 1.0, Sizes(128, 784, 2)):g}, and its model" in TEXT
    ladder = {beta: measures(f"mnist-vae-2d-beta-{beta:g}").negative_elbo for beta in (0.05, 0.25, 1.0, 2.0, 4.0, 8.0, 16.0)}
    assert min(ladder, key=ladder.__getitem__) == 1
    assert diagnose(models.symptoms()[models.SAME_IMAGES]) == "memorised"


def test_the_runs_of_the_quiz_are_what_the_plans_say():
    assert "Run 1 is over-regularised, run 2 has memorised, run 3 has collapsed" in TEXT
    assert RIDDLES[:3] == ("over", "memorised", "collapsed")
    before = CASES[RIDDLES[3]].change
    assert f"(total \u2212 reconstruction) / KL, {before[1]}." in TEXT
    assert before[0] == "beta"
    assert "Run 6 cannot be recognised by its curves: open *Dead latents*" in TEXT
    assert RIDDLES[5] == "dead"


def test_as_many_latents_are_used_as_the_homework_says():
    dead = models.symptoms()[models.PAIRS["dead"].failed]
    used = [sum(nats > 0.1 for nats in kl) for kl in (dead.kl_per_dim, measures("mnist-vae-20d").kl_per_dim)]
    assert f"{used[0]} of {dead.latents} after 100,000 images in run 6 of How it fails, {used[1]} of 20" in TEXT
    assert models.RUNS[models.PAIRS["dead"].failed].recipe.settings.images == 100_000


def test_each_vote_of_the_plans_is_on_a_page_that_has_the_question_or_brings_its_own():
    part = TEXT.split("## The votes of both plans")[1].split("\n## ")[0]
    votes = re.findall(r"^\| \d+ \| \[[^\]]*\]\(http://localhost:8501/(\w+)\S*\)[:,]? ?(.*?) \|", part, re.MULTILINE)
    assert len(votes) >= 12
    for path, said in votes:
        asks = "predict" in PLACES[path].words.blocks
        assert asks != said.startswith(("a question of your own", "no vote")), path
