"""Who is led to a link sees what a new visitor sees there, whatever was done before: on every page of the lesson plans."""

import pytest
from app_driver import run, seen, visit

from explorer.page.state import LEADS

# A view of each page that is far from the usual one.
BEFORE = {
    "home": {"game": "3", "dart": "2", "home_machine": "1", "digit": "61", "draw": "3"},
    "explore": {"model": "mnist-vae-10d", "explore_layers": "digits,distance", "explore_plane": "3,1", "z4": "1"},
    "compare": {"vae": "mnist-vae-10d", "ae": "mnist-ae-10d", "digit": "18", "draw": "4", "compare_axes": "equal"},
    "interpolate": {"a": "11", "b": "250", "method": "spherical", "steps": "7", "interpolate_layers": "decoded"},
    "kl": {"kl_mu": "-2", "kl_log_sigma": "0.5", "kl_parts": "mean", "kl_model": "mnist-vae-20d", "kl_revealed": "1"},
    "blur": {"blur_a": "1", "blur_b": "2", "blur_chance": "0.25", "blur_digit": "9", "blur_revealed": "1"},
    "reduction": {"reduction_reconstruction": "mean", "reduction_kl": "sum", "reduction_revealed": "1"},
    "reparameterization": {"grad_f": "square", "grad_way": "direct", "grad_mu": "0.25", "grad_digit": "4"},
    "elbo": {"elbo_digit": "3", "elbo_revealed": "1"},
    "shape": {"shape_dims": "100", "shape_revealed": "1"},
    "fails": {"fails_run": "3", "fails_digit": "1", "fails_case": "memorised", "fails_revealed": "1"},
    "em": {"em_step": "60", "em_start": "1", "em_revealed": "1"},
    "inside": {"inside_digit": "5"},
    "train": {"models": "vae", "latents": "5", "beta": "2", "images": "300000", "rate": "0.1"},
}


def led(app, order: str, link: dict[str, str]):
    """The same visitor is led to a link of the page where they are."""
    app.query_params.clear()
    for name, value in {**link, LEADS: order}.items():
        app.query_params[name] = value
    return run(app)


@pytest.mark.parametrize("path", BEFORE)
def test_who_is_led_is_where_a_new_visitor_is(path):
    usual = dict(seen(path).query_params)
    app = visit(path, **BEFORE[path])
    before = dict(app.query_params)
    assert before != usual
    assert led(app, "1", {}).query_params == usual
    assert led(app, "2", before).query_params == before
    assert led(app, "3", usual).query_params == usual
