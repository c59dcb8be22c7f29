"""The form of the page Train: presets, settings of one's own, and the link that says them."""

from html import escape

from app_driver import choose, press, run, sentences, start, stored, visit

from explorer.runs.store import store
from explorer.training import form as training_form
from explorer.training.presets import PRESETS
from vae.learning.recipes import recipe


def test_before_the_first_run_the_presets_are_offered_each_with_what_to_watch_for():
    app = visit("train")
    page = "".join(block.value for block in app.html)
    for preset in PRESETS:
        assert escape(preset.name) in page
        assert escape(preset.watch) in page
    assert [button.label for button in app.button].count("Train this") == len(PRESETS)


def test_a_preset_is_one_press_away_and_fills_the_form():
    app = visit("train")
    app.button(key="train-many").click()
    run(app)
    waiting = stored(app.session_state["run"])
    assert [(spec.kind, spec.latent_dim) for spec, _ in waiting.recipes] == [("ae", 64), ("vae", 64)]
    assert (app.get_by_key("latents").value, app.get_by_key("preset").value) == (64, "many")
    store().delete(waiting.id, waiting.owner)


def test_settings_of_ones_own_are_no_preset_and_every_choice_reaches_the_run():
    app = visit("train")
    made = start(app, models="pair", latents=5, beta=4.0, rate=1e-3, seed=11)
    assert app.get_by_key("preset").value == "own"
    assert [spec.kind for spec, _ in made.recipes] == ["ae", "vae"]
    for spec, settings in made.recipes:
        assert (spec.latent_dim, spec.image_shape) == (5, (1, 8, 8))
        assert (settings.images, settings.learning_rate, settings.dataset, settings.seed) == (30_000, 1e-3, "digits", 11)
    assert [settings.beta for _, settings in made.recipes] == [1.0, 4.0]  # an autoencoder has no KL to weigh
    store().delete(made.id, made.owner)


def test_the_form_is_in_the_link_and_a_wrong_value_is_named():
    app = visit(
        "train", models="vae", latents="7", beta="2.5", images="300000", rate="0.003", data="digits", seed="9",
        noise="masking", level="0.25",
    )  # fmt: skip
    assert sentences(app) == []
    assert app.query_params == {
        "models": "vae", "latents": "7", "beta": "2.5", "images": "300000", "rate": "0.003", "data": "digits", "seed": "9",
        "noise": "masking", "level": "0.25",
    }  # fmt: skip
    (said,) = sentences(visit("train", images="31000"))
    assert said.startswith("The link says images = '31000'. It must be one of 30,000, 100,000,")


def test_layers_batch_and_the_schedule_of_the_kl_are_in_the_link_and_reach_the_run():
    more = {"batch": "64", "encoder": "64,32", "decoder": "48", "activation": "tanh", "ramp": "0.5", "cycles": "4"}
    app = visit("train", models="vae", data="digits", images="30000", **more)
    assert sentences(app) == []
    assert {name: app.query_params.get(name) for name in more} == more
    press(app, "Start training")
    made = stored(app.session_state["run"])
    ((spec, settings),) = made.recipes
    assert (spec.encoder_widths, spec.decoder_widths, spec.activation) == ((64, 32), (48,), "tanh")
    assert (settings.batch_size, settings.kl_ramp, settings.kl_cycles) == (64, 0.5, 4)
    store().delete(made.id, made.owner)


def test_what_a_kind_cannot_use_is_not_offered():
    app = visit("train", models="ae")
    assert not {"KL warm-up", "KL cycles"} & {control.label for control in (*app.slider, *app.number_input)}
    choose(app, "models", "vae")
    assert app.get_by_key("ramp").label == "KL warm-up"
    assert not app.get_by_key("cycles").disabled
    choose(app, "ramp", 0.0)
    assert app.get_by_key("cycles").disabled, "what does not rise cannot rise again"


def test_other_layers_bring_their_usual_settings():
    app = visit("train", encoder="64", rate="0.3", batch="16")
    choose(app, "architecture", "conv")
    widths = training_form.written(recipe("vae", 2, architecture="conv").spec.encoder_widths)
    assert (app.get_by_key("encoder").value, app.get_by_key("encoder").placeholder) == ("", widths)
    usual = training_form.usual("conv")
    assert (app.get_by_key("rate").value, app.get_by_key("batch").value) == (usual.rate, usual.batch)
    assert app.get_by_key("dense").value == usual.dense
    assert app.query_params["architecture"] == "conv"
    assert not {"encoder", "dense", "batch"} & set(app.query_params)
    choose(app, "dense", 0)
    assert app.query_params["dense"] == "0"


def test_sizes_of_layers_that_make_no_sense_are_named():
    app = visit("train")
    choose(app, "decoder", "64; 32")
    (said,) = sentences(app)
    assert said == training_form.SIZES
    assert app.get_by_key("decoder").value == "64; 32", "so that it can be mended"
    press(app, "Start training")
    assert len(sentences(app)) == 2, "and it is not trained"
    (said,) = sentences(visit("train", encoder="wide"))
    assert said == f"The link says encoder = 'wide'. {training_form.SIZES}"
