"""Every lesson follows the pattern: the prediction is kept, the reveal is locked but can be skipped, the check says why."""

import re
from itertools import pairwise

import pytest
from app_driver import canvas, choose, code, go, markup, press, run, seen, sentences, visit

from explorer.models.trained import shipped
from explorer.page import owners, remembered
from explorer.page import places as pages
from lessons.reparameterization import model_gradients
from vae import data
from vae.streams import Purpose, normal

LESSONS = [place.path for place in pages.LESSONS]
ONE_AND_ANOTHER = ("kl", "represent")  # for what the pattern does by itself, whichever lesson follows it


def verdicts(app) -> list[str]:
    """What the page says in answer to a prediction or a check."""
    return re.findall(r'<div class="(le-verdict[^"]*)" role="status">(.*?)</div>', markup(app), re.DOTALL)


def button(app, label: str):
    (found,) = (b for b in app.button if b.label == label)
    return found


def predict(app, path: str) -> None:
    """Choose the first answer."""
    radio = app.radio(key=f"{path}_predicted")
    radio.set_value(radio.options[0])
    run(app)


@pytest.fixture(params=LESSONS)
def path(request) -> str:
    return request.param


def test_the_reveal_waits_for_a_prediction_and_compares_with_it_and_the_check_knows_its_answer(path):
    app = visit(path)
    assert button(app, "Reveal").disabled
    assert verdicts(app) == []
    right = next(option.key for option in pages.PLACES[path].words.options("check") if option.right)
    app.radio(key=f"{path}_check").set_value(right)
    predict(app, path)
    ((kind, _),) = verdicts(app)
    assert kind == "le-verdict le-right"
    press(app, "Reveal")
    (_, said), _ = verdicts(app)
    assert said.startswith("You predicted: ")
    assert app.query_params[f"{path}_revealed"] == "1"


@pytest.mark.parametrize("path", ONE_AND_ANOTHER)
def test_a_prediction_is_kept_for_the_session_until_one_predicts_again(path):
    app = visit(path)
    predict(app, path)
    assert verdicts(app) == []
    ((_, said),) = verdicts(press(app, "Reveal"))
    assert verdicts(go(go(app, "home"), path))[0][1] == said
    press(app, "Predict again")
    assert verdicts(app) == []
    assert button(app, "Reveal").disabled
    assert f"{path}_revealed" not in app.query_params


def test_answers_survive_a_reload_and_are_in_no_link(monkeypatch):
    """A reload is a new session of the same browser, which its cookie names."""
    monkeypatch.setattr(owners, "owner", lambda: "ann")
    app = visit("kl")
    predict(app, "kl")
    right = next(option.key for option in pages.PLACES["kl"].words.options("check") if option.right)
    choose(app, "kl_check", right)
    chosen = app.session_state["kl_predicted"]
    assert chosen not in "".join(app.query_params.values())
    again = visit("kl")
    assert (again.session_state["kl_predicted"], again.session_state["kl_check"]) == (chosen, right)
    press(press(again, "Reveal"), "Predict again")
    assert visit("kl").session_state["kl_predicted"] is None
    monkeypatch.setattr(owners, "owner", lambda: "bob")
    assert visit("kl", **again.query_params).session_state["kl_check"] is None


def test_the_oldest_answers_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(owners, "owner", lambda: "ann")
    monkeypatch.setattr(remembered, "MOST", 2)
    monkeypatch.setattr(remembered, "_answers", type(remembered._answers)())
    for question in ("a", "b", "c"):
        remembered.keep(question, "yes")
    remembered.keep("b", "no")
    assert [remembered.recall(question) for question in ("a", "b", "c")] == [None, "no", "yes"]


@pytest.mark.parametrize("path", ONE_AND_ANOTHER)
def test_one_click_skips_the_prediction(path):
    app = press(visit(path), "Show without predicting")
    ((_, said),) = verdicts(app)
    assert said.startswith("What happens: ")


def test_a_teachers_link_opens_with_the_reveal(path):
    app = visit(path, **{f"{path}_revealed": "1"})
    assert len(verdicts(app)) == 1
    assert sentences(app) == []


@pytest.mark.parametrize("path", ONE_AND_ANOTHER)
def test_the_check_has_one_right_answer_and_says_why_for_each(path):
    app = visit(path)
    options = app.radio(key=f"{path}_check").options
    kinds = []
    for option in options:
        choose(app, f"{path}_check", option)
        ((kind, said),) = verdicts(app)
        kinds.append(kind)
        assert len(re.sub("<[^>]+>", "", said)) > 30
    assert kinds.count("le-verdict le-right") == 1
    assert kinds.count("le-verdict le-wrong") == len(options) - 1 >= 1


def test_the_maths_stands_beside_the_code_and_the_papers_are_named(path):
    app = seen(path)
    assert app.latex
    sources = code(app)
    assert sources
    assert any(source.lstrip().startswith(("def ", "class ", "@")) for source in sources)
    (rests,) = (text.value for text in app.markdown if text.value.startswith("**Rests on**"))
    assert re.search(r"\((19|20)\d\d\)\. \[", rests)


def test_the_lessons_lead_from_one_to_the_next():
    for path, following in pairwise(LESSONS):
        labels = [link.proto.label for link in seen(path).get("page_link")]
        assert f"Next: {pages.PLACES[following].title} \u2192" in labels


def test_the_kl_opens_with_the_gaussian_and_the_parts_of_its_link():
    link = {"kl_mu": "-0.5", "kl_log_sigma": "0.25", "kl_parts": "mean,width", "kl_model": "mnist-vae-20d"}
    app = visit("kl", **link)
    assert sentences(app) == []
    assert canvas(app)["start"] == {"mu": -0.5, "log_sigma": 0.25, "on": ["mean", "width"]}
    assert app.query_params.items() >= link.items()
    assert len(app.selectbox(key="kl_latent").options) == 20


@pytest.mark.parametrize(
    ("name", "value"), [("kl_mu", "7"), ("kl_log_sigma", "x"), ("kl_parts", "mean,all"), ("kl_model", "none")]
)
def test_a_link_to_the_kl_that_makes_no_sense_says_so(name, value):
    app = visit("kl", **{name: value})
    (said,) = sentences(app)
    assert said.startswith(f"The link says {name} = {value!r}. ")
    assert canvas(app)["start"] == {"mu": 1.5, "log_sigma": -0.693, "on": ["mean", "width", "entropy"]}


def test_sum_or_mean_calculates_what_the_link_says():
    link = {"reduction_error": "squared", "reduction_reconstruction": "mean", "reduction_kl": "mean", "reduction_weight": "0.5"}
    sizes = {"reduction_pixels": "100", "reduction_latents": "4", "reduction_batch": "32"}
    app = visit("reduction", **link, **sizes)
    assert sentences(app) == []
    assert app.query_params == {**link, **sizes}
    assert [metric.value for metric in app.metric] == ["6.25", "\u00d7 0.02"]  # 0.5 * (1 / 4) / (2 / 100); 2 / 100
    choose(app, "reduction_kl", "sum")
    assert app.metric[0].value == "800"  # 0.5 * 32 * 100 / 2
    assert code(app)[0].endswith("loss = errors.mean() + 0.5 * divergences.sum()")


@pytest.mark.parametrize(
    ("name", "value"), [("reduction_kl", "median"), ("reduction_pixels", "0"), ("reduction_weight", "inf")]
)
def test_a_link_to_sum_or_mean_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("reduction", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_the_trick_opens_as_its_link_says():
    link = {
        "grad_f": "wave",
        "grad_way": "score",
        "grad_mu": "-0.75",
        "grad_sigma": "1.25",
        "grad_parameter": "1",
        "grad_draws": "16",
        "grad_seed": "7",
        "grad_frozen": "0",
        "grad_digit": "3",
    }
    app = visit("reparameterization", **link)
    assert sentences(app) == []
    noise = {"size": 16, "seed": 7, "frozen": False}
    assert canvas(app)["start"] == {"f": "wave", "way": "score", "mu": -0.75, "sigma": 1.25, "parameter": 1, **noise}
    assert app.query_params == link


def test_the_trick_shows_the_gradients_of_the_digit_that_is_chosen():
    app = visit("reparameterization")
    table = re.search(r"<tbody>.*</tbody>", markup(app), re.DOTALL)[0]
    model, test = shipped("mnist-vae-2d").model, data.load("mnist").test
    found = model_gradients.gradients(model, test.pixels(slice(0, 1)), normal(Purpose.CODES, 200, 2))
    assert f"\u00b1 {float(found.score_function[:, 0, 0].std()):,.1f}" in table
    choose(app, "grad_digit_class", 3)
    assert re.search(r"<tbody>.*</tbody>", markup(app), re.DOTALL)[0] != table


@pytest.mark.parametrize(("name", "value"), [("grad_f", "cube"), ("grad_sigma", "0"), ("grad_digit", "10000")])
def test_a_link_to_the_trick_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("reparameterization", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")
