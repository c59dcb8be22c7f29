"""The page on own images: sent, refused, kept, trained on, linked to, deleted."""

import re

import numpy as np
import pytest
from app_driver import choose, go, markup, owner_of, pictures, press, run, sentences, serve, stored, visit
from hostile import IMAGES, csv, npz, zipped

from explorer.bringing import arrivals
from explorer.runs.store import store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from ingest import NO_LABELS, Levels
from lessons.images import few_images, panel, screen

EXAMPLE = "Try: Digits of 8 \u00d7 8"


def send(app, *files: tuple[str, bytes]):
    """Send files under the page's ticket, as its part in the browser does, and wait until they are read."""
    arrival = arrivals.of(app.session_state[panel.TICKET])
    arrival.begin()
    for name, contents in files:
        arrival.file.write(contents)
        arrival.parts.append((name, len(contents)))
    assert arrival.read().wait(60)
    return run(app)


@pytest.fixture
def app():
    app = visit("images")
    yield app
    for each in store().image_sets(owner_of(app)):
        store().delete_images(each.id, each.owner)


def rmse_of(app) -> list[list[float]]:
    """The numbers in the rows of the last table: (training, unseen) of each model that has them."""
    table = markup(app).rpartition('class="im-rows"')[2]
    return [[float(seen), float(unseen)] for seen, unseen in re.findall(r"<span>([\d.]+)</span><span><strong>([\d.]+)", table)]


def test_an_example_is_one_click_away_and_principal_components_are_there_at_once(app):
    press(app, EXAMPLE)
    assert sentences(app) == []
    (kept,) = store().image_sets(owner_of(app))
    assert (kept.count, kept.classes) == (1_797, tuple("0123456789"))
    assert app.query_params["images_set"] == kept.id
    page = markup(app)
    assert page.count("not trained yet with 10 latent dimensions") == 2
    ((seen, unseen),) = rmse_of(app)
    assert 0.05 < seen < unseen < 0.15
    choose(app, "images_latents", 40)
    ((closer, _),) = rmse_of(app)
    assert closer < seen / 2


def test_what_is_sent_is_shown_as_it_will_be_kept(app):
    send(app, ("beetles.npz", npz(images=IMAGES, labels=np.arange(60) % 2)))
    assert sentences(app) == []
    shown = pictures(markup(app).partition("im-preview")[2].partition("im-told")[0])
    np.testing.assert_array_equal(np.stack(shown), IMAGES[[0, 8, 16, 25, 33, 42, 50, 59]])
    assert re.findall(r"<figcaption[^>]*>(\w+)<", markup(app)) == ["0", "0", "0", "1", "1", "0", "0", "1"]
    assert "8 of 60 images, evenly spaced" in "".join(each.value for each in app.caption)
    assert "60 images of 28 \u00d7 28 pixels." in markup(app)
    app.toggle[0].set_value(True)
    run(app)
    press(app, "Keep these images")
    (kept,) = store().image_sets(owner_of(app))
    assert kept.name == "beetles"
    np.testing.assert_array_equal(store().images(kept.id, kept.owner).pixels, 255 - IMAGES)
    assert kept.told[-1] == "Black and white were exchanged."
    assert [button.label for button in app.button].count("Keep these images") == 0


def menu(app, name: str):
    """The menu of what a file leaves open, at the newest reading; None if it is not open."""
    return next((each for each in app.selectbox if re.fullmatch(rf"{name}_\d+", each.key)), None)


def choose_anew(app, name: str, value):
    """Choose how a file is meant, and wait until it is read again."""
    menu(app, name).set_value(value)
    run(app)
    assert arrivals.of(app.session_state[panel.TICKET]).reading.wait(60)
    return run(app)


def test_the_column_of_labels_is_shown_and_may_be_another_or_none(app):
    labels = np.arange(60) % 3
    send(app, ("beetles.csv", csv(np.column_stack([IMAGES.reshape(60, -1), labels]))))
    assert sentences(app) == []
    assert "Column 785 was taken for the labels." in markup(app)
    assert menu(app, "images_column").value == 784
    app.text_input[0].set_value("ground beetles")
    choose_anew(app, "images_column", NO_LABELS)
    assert "There are no labels" in markup(app)
    assert "<figcaption" not in markup(app)
    choose_anew(app, "images_column", 784)
    assert "3 classes: 0, 1, 2." in markup(app)
    press(app, "Keep these images")
    (kept,) = store().image_sets(owner_of(app))
    assert (kept.name, kept.classes) == ("ground beetles", ("0", "1", "2"))  # the name outlives another reading
    np.testing.assert_array_equal(store().images(kept.id, kept.owner).labels, labels)


def test_a_file_that_gave_way_to_others_is_asked_for_again(app):
    send(app, ("beetles.npz", npz(images=IMAGES.astype(np.uint16))))
    arrival = arrivals.of(app.session_state[panel.TICKET])
    arrival.file.close()
    arrival.file = None
    menu(app, "images_levels").set_value(Levels(0, 1_023))
    run(app)
    assert sentences(app)[-1] == "That did not work."
    assert "no longer on the server" in markup(app)


def test_numbers_of_no_usual_range_are_asked_for_beside_the_refusal(app):
    send(app, ("beetles.npz", npz(images=(IMAGES / 255 - 0.13) / 0.31)))
    assert sentences(app) == ["This was not read."]
    assert "The numbers run from -0.419355 to 2.80645." in markup(app)
    asked = menu(app, "images_levels")
    assert asked.value is None
    unclear = arrivals.of(app.session_state[panel.TICKET]).reading.refused
    choose_anew(app, "images_levels", unclear.levels[-1])
    assert sentences(app) == []
    press(app, "Keep these images")
    (kept,) = store().image_sets(owner_of(app))
    found = store().images(kept.id, kept.owner).pixels
    assert np.abs(found.astype(int) - IMAGES).max() <= 1


def test_a_choice_that_darkens_is_warned_of_and_can_be_changed_back(app):
    send(app, ("beetles.npz", npz(images=IMAGES.astype(np.uint16) // 2)))
    assert menu(app, "images_levels").value == Levels(0, 255)
    choose_anew(app, "images_levels", Levels(0, 1_023))
    assert sentences(app) == [
        "A typical image uses less than a quarter of all grey levels. If these look too dark or too pale, choose other numbers for black and white."
    ]
    choose_anew(app, "images_levels", Levels(0, 255))
    assert sentences(app) == []


def test_a_test_set_that_was_sent_is_kept_apart(app):
    send(app, ("beetles.npz", npz(x_train=IMAGES, x_test=IMAGES[:20], y_train=np.arange(60) % 2, y_test=np.ones(20, int))))
    press(app, "Keep these images")
    (kept,) = store().image_sets(owner_of(app))
    assert (kept.count, kept.apart) == (80, 20)
    assert any(
        "50 of these images are trained on, 10 watched, 20 kept unseen: the test set that came with them" in each.value
        for each in app.caption
    )


def test_what_is_refused_says_why_and_keeps_nothing(app):
    send(app, ("a.zip", zipped([("../x.png", b"x")])))
    assert sentences(app) == ["This was not read."]
    assert (
        "<li>The archive holds the path ../x.png, which leads out of it. Make it again from within the folder of images.</li>"
        in markup(app)
    )
    assert store().image_sets(owner_of(app)) == []


def test_a_pair_is_trained_from_here_and_stands_beside_principal_components(app):
    press(app, EXAMPLE)
    app.get_by_key("images_budget").set_value(30_000)
    run(app)
    press(app, "Train AE + VAE on these")
    assert app.title[0].value == "Train"
    serve()
    ended = stored(app.query_params["run"])
    assert (ended.state, [spec.latent_dim for spec, _ in ended.recipes]) == ("done", [10, 10])
    go(app, "images")
    assert sentences(app) == []
    numbers = rmse_of(app)
    assert len(numbers) == 3
    assert all(0.02 < value < 0.3 for pair in numbers for value in pair)
    labels = [link.proto.label for link in app.get("page_link")]
    assert any(label.startswith("Move through it") for label in labels)
    press(app, "Delete for good")
    assert store().get(ended.id) is None
    assert store().image_sets(owner_of(app)) == []
    assert sentences(app) == []


def test_a_link_opens_them_for_their_owner_alone(app):
    press(app, EXAMPLE)
    link = app.query_params["images_set"]
    (said,) = sentences(visit("images", images_set=link))
    assert said == f"The link says images_set = '{link}'. {PRIVATE_IMAGES}"
    assert "not there, or no longer" in sentences(visit("images", images_set="x" * 22))[0]


def test_the_examples_are_files_that_anybody_could_send():
    for name in screen.EXAMPLES:
        file, contents = screen.example(name)
        brought = screen.read([(file, contents)])
        assert not isinstance(brought, str)
        assert len(contents) < 4 * 2**20
        assert len(brought.classes) > 1
    file, contents = screen.example("Digits of 8 \u00d7 8")
    brought = screen.read([(file, contents)])
    np.testing.assert_array_equal(np.bincount(brought.labels).sum(), 1_797)


def test_the_reveal_says_what_the_shipped_numbers_say():
    app = press(visit("images"), "Show without predicting")
    errors = few_images.load().errors
    assert errors["ae"][0].unseen > errors["pca"][0].unseen
    assert "Worse than on its own, and worse than with PCA" in markup(app)
    assert errors["ae"][-1].unseen < errors["vae"][-1].unseen < errors["pca"][-1].unseen
    gaps = {kind: [each.unseen - each.seen for each in errors[kind]] for kind in errors}
    assert gaps["vae"][2] < 0.8 * gaps["ae"][2]
    assert gaps["vae"][0] > 0.95 * gaps["ae"][0]
    text = "".join(each.value for each in app.markdown)
    assert f"({errors['ae'][0].seen:.4f}), but unseen ones with {errors['ae'][0].unseen:.2f}" in text


@pytest.mark.parametrize(("name", "value"), [("images_size", "3"), ("images_latents", "0"), ("images_budget", "x")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("images", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_names_that_visitors_choose_are_never_read_as_markup(app):
    name = "**[b](http://c)**<i>:red[x]"
    send(app, (f"{name}.npz", npz(images=IMAGES, labels=np.arange(60) % 2)))
    app.text_input[0].set_value(name)
    run(app)
    press(app, "Keep these images")
    send(app, (f"{name}.png", b"\x89PNG"))
    texts = [block.value for block in (*app.markdown, *app.caption, *app.header, *app.error, *app.warning, *app.info)]
    assert sentences(app) == ["This was not read."]
    assert [text for text in texts if name in text] == []
    assert name not in markup(app)
    assert "**[b](http://c)**&lt;i&gt;:red[x].png is a single picture." in markup(app)
