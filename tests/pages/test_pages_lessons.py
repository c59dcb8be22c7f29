"""Every lesson follows the pattern: the prediction is kept, the reveal is locked but can be skipped, the check says why."""

import json
import re
from itertools import pairwise

import pytest
from app_driver import canvas, choose, code, go, markup, press, run, seen, sentences, unmarked, visit
from google.protobuf import text_format

from explorer.models.trained import shipped
from explorer.page import owners, remembered, words
from explorer.page import places as pages
from lessons.reparameterization import model_gradients
from vae import data
from vae.streams import Purpose, normal

LESSONS = [place.path for place in pages.LESSONS]
ASKING = [path for path, place in pages.PLACES.items() if "predict" in place.words.blocks]  # the lessons, and Home
ONE_AND_ANOTHER = ("kl", "represent")  # for what the pattern does by itself, whichever lesson follows it


def verdicts(app) -> list[str]:
    """What the page says in answer to a prediction or a check."""
    return re.findall(r'<div class="(le-verdict[^"]*)" role="status">(.*?)</div>', markup(app), re.DOTALL)


def button(app, label: str):
    (found,) = (b for b in app.button if b.label == label)
    return found


def sent(app, without: tuple[str, ...] = ()) -> str:
    """Everything that the page sends, data of its live parts and figures too, without elements of these types."""
    elements = [node.proto for node in app._tree if getattr(node, "proto", None) is not None and node.type not in without]
    return unmarked("\n".join(text_format.MessageToString(proto, as_utf8=True) for proto in elements))


def read(app) -> str:
    """What a reader can read: without the data of figures and live parts, but with the words of these."""
    parts = [json.loads(part.proto.json).get("words", {}) for part in app.get("bidi_component")]
    return sent(app, without=("bidi_component", "plotly_chart")) + json.dumps(parts, ensure_ascii=False)


def canvas_words(app) -> dict[str, str]:
    """The words of the first live part."""
    return json.loads(app.get("bidi_component")[0].proto.json)["words"]


def plainest(text: str) -> str:
    """The longest stretch of a text that is sent as it stands: without slots, markup, quotation marks and line ends."""
    return max(re.split(r"\{[^{}]*\}|[^\w ,.()-]|\s-\s", text), key=len).strip()


def covered(path: str) -> dict[str, str]:
    """What the lesson covers, and a stretch of words that is sent with it."""
    words = pages.PLACES[path].words
    names = [name.strip() for name in words.facts.get("covered", "").split(",") if name.strip()]
    alts = words.items("alts") if "alts" in words.blocks else {}
    texts = {name: alts.get(name) or words.blocks.get(name) or words.label(name) for name in names}
    texts = {name: text.partition("\n\n- ")[0] if name == "check" else text for name, text in texts.items()}
    return {name: plainest(text) for name, text in texts.items()}


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
    predict(app, path)
    assert verdicts(app) == []
    right = next(option.key for option in pages.PLACES[path].words.options("check") if option.right)
    press(app, "Reveal").radio(key=f"{path}_check").set_value(right)
    (_, said), (kind, _) = verdicts(run(app))
    assert kind == "le-verdict le-right"
    assert said.startswith("You predicted: ")
    assert words.inline(pages.PLACES[path].words.options("predict")[0].why) in said
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


EITHER = {"no-fashion", "lower-hill", "best-found"}  # blocks that stand on the page or not, by what was found


@pytest.mark.parametrize("path", ASKING)
def test_nothing_that_gives_the_answer_is_sent_before_the_reveal(path):
    marks = covered(path)
    closed, opened = sent(seen(path)), sent(visit(path, **{f"{path}_revealed": "1"}))
    assert [name for name, mark in marks.items() if mark in closed] == []
    assert [name for name, mark in marks.items() if mark not in opened and name not in EITHER] == []
    said = pages.PLACES[path].words
    if "part-covered" in said.blocks:
        told = canvas_words(seen(path))
        assert {key: told[key] for key in said.items("part-covered")} == said.items("part-covered")


@pytest.mark.parametrize("path", ASKING)
def test_no_number_that_the_reveal_stresses_can_be_read_before(path):
    opened = visit(path, **{f"{path}_revealed": "1"})
    begins = plainest(pages.PLACES[path].words.blocks["reveal"])
    reveal = [text for text in (unmarked(block.value) for block in opened.markdown) if begins in text]
    stressed = " ".join(re.findall(r"\*\*(.+?)\*\*", " ".join(reveal)))
    known = pages.PLACES[path].words.blocks["reveal"]  # numbers that it gives as they are, such as 784 pixels
    numbers = {number for number in re.findall(r"\d[\d,.]*\d", stressed) if number not in known and len(number) > 2}
    closed = read(seen(path))
    assert [number for number in sorted(numbers) if re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", closed)] == []


def test_an_address_names_no_failure_before_the_reveal():
    app = visit("fails", fails_case="over", fails_run="2")
    assert app.query_params["fails_run"] == "2"
    assert "over" not in "".join(app.query_params.values())
    press(app, "Show without predicting")
    assert app.query_params["fails_case"] == "over"


def test_what_was_seen_is_asked_after_the_prediction_and_kept(monkeypatch):
    monkeypatch.setattr(owners, "owner", lambda: "cleo")
    app = visit("kl")
    assert "kl_observed" not in [radio.key for radio in app.radio]
    predict(app, "kl")
    first, second, *_ = app.radio(key="kl_observed").options
    choose(app, "kl_observed", second)
    again = visit("kl")
    assert again.radio(key="kl_observed").value == app.radio(key="kl_observed").value
    press(again, "Reveal")
    ((_, said),) = verdicts(again)
    assert said.startswith(f"You predicted: {first}. You saw: {second}. What happens: ")
    assert app.session_state["kl_observed"] not in "".join(again.query_params.values())
    press(again, "Predict again")
    assert "kl_observed" not in [radio.key for radio in again.radio]
    anew = visit("kl")
    predict(anew, "kl")
    assert anew.radio(key="kl_observed").value is None


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
    app = visit(path, **{f"{path}_revealed": "1"})
    options = app.radio(key=f"{path}_check").options
    kinds = []
    for option in options:
        choose(app, f"{path}_check", option)
        _, (kind, said) = verdicts(app)
        kinds.append(kind)
        assert len(re.sub("<[^>]+>", "", said)) > 30
    assert kinds.count("le-verdict le-right") == 1
    assert kinds.count("le-verdict le-wrong") == len(options) - 1 >= 1


def test_the_maths_stands_beside_the_code_and_the_papers_are_named(path):
    app = visit(path, **{f"{path}_revealed": "1"})
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
    app = visit("reduction", reduction_revealed="1", **link, **sizes)
    assert sentences(app) == []
    assert app.query_params == {**link, **sizes, "reduction_revealed": "1"}
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
    app = visit("reparameterization", reparameterization_revealed="1")
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
