"""Nash equilibrium: a game that plain gradient steps cannot settle, ways that can, and the GAN on a line as such a game."""

from math import exp, log

import streamlit as st
import torch

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import state
from lessons.nash import duel, games
from lessons.nash.games import Point

REACH, STEP, PULL = (-3.0, 3.0), (0.05, 1.5), (0.0, 1.0)
CENTRE, LOG_WIDTH = (-6.0, 6.0), (-1.5, 1.5)
NUMBERS = {
    "nash_x": ("x", REACH),
    "nash_y": ("y", REACH),
    "nash_step": ("step", STEP),
    "nash_pull": ("pull", PULL),
    "nash_centre": ("centre", CENTRE),
    "nash_log_width": ("log_width", LOG_WIDTH),
}
NAMES = {"nash_data": ("data", list(duel.DATA)), "nash_loss": ("loss", list(duel.LOSSES))}
ENDS = {
    "in": "They come to rest at the equilibrium (0, 0)",
    "round": "They circle round it for ever",
    "out": "They spiral outwards, away from it",
}


def keep(report: dict) -> None:
    """What the browser says of a game, believed only where it makes sense."""
    for key, (name, (low, high)) in NUMBERS.items():
        value = report.get(name)
        if isinstance(value, int | float) and low <= value <= high:
            st.session_state[key] = float(value)
    for key, (name, allowed) in NAMES.items():
        if report.get(name) in allowed:
            st.session_state[key] = report[name]
    if isinstance(report.get("on"), list):
        st.session_state.nash_rules = tuple(rule for rule in games.RULES if rule in report["on"])


def told(*keys: str) -> dict:
    """Those settings under the names by which the browser knows them."""
    return {(NUMBERS.get(key) or NAMES[key])[0]: st.session_state[key] for key in keys}


lesson = Lesson(
    "nash",
    "Two players, each descending a loss of their own: where do they end?",
    "x wants xy small, y wants it large. <b>Look for which way of taking turns comes home</b>: drag the start, and give both players "
    "some curvature of their own.",
)
state.read_link(
    **{key: state.number(*bounds) for key, (_, bounds) in NUMBERS.items()},
    **{key: state.one_of(allowed, name) for key, (name, allowed) in NAMES.items()},
    nash_rules=state.some_of(games.RULES, "rule"),
)
state.usual(nash_x=1.0, nash_y=0.0, nash_step=0.3, nash_pull=0.0, nash_rules=games.RULES)
state.usual(nash_data="one", nash_loss="minimax", nash_centre=2.5, nash_log_width=0.0)
lesson.predict("Both take gradient steps at the same time, in the game xy. Where do they end?", tuple(ENDS.values()))
live_part(
    "nash",
    key="nash-part",
    on_report=keep,
    start={**told("nash_x", "nash_y", "nash_step", "nash_pull"), "on": st.session_state.nash_rules},
)
step = st.session_state.nash_step
rounds = games.play("simultaneous", Point(1.0, 0.0), step, 0.0, 60)
calmed = {rule: games.growth(rule, step, 0.0) for rule in games.RULES}
lesson.reveal(
    ENDS[games.ending("simultaneous", step, 0.0)],
    f"The gradients of a zero-sum game turn rather than fall: infinitely small steps go round on a circle (dashed), and every finite "
    f"simultaneous step leaves it outwards, by $\\sqrt{{1+\\eta^2}} = {calmed['simultaneous']:.4f}$ a round at $\\eta = {step:g}$: "
    f"**{games.distance(rounds[-1]):.3g} times as far after 60 rounds**. Taking turns keeps the pair on an ellipse for ever (factor "
    f"{calmed['alternating']:.4f}). A look ahead, the **extragradient**, comes home (factor {calmed['extragradient']:.4f}), and so does "
    "everybody once each player\u2019s loss has curvature of its own: raise $m$. A small loss therefore says nothing in a game, and no loss needs to fall.",
)

st.subheader("A GAN is such a game")
st.markdown(
    "Data on a line, a Gaussian as the generator, and a discriminator that always plays its best answer, $D^* = p/(p+q)$. "
    "**Look at what D\\* says where the generator stands, and at the slope that this leaves the generator.** Start far away with the minimax "
    "loss, then with the non-saturating one; then give the data two modes."
)
live_part(
    "nash/duel",
    key="duel-part",
    on_report=keep,
    start=told("nash_data", "nash_loss", "nash_centre", "nash_log_width"),
)
far = {loss: abs(duel.slopes(duel.DATA["one"], 5.0, -1.0, loss)[0]) for loss in duel.LOSSES}
end = duel.descend(duel.DATA["two"], 1.0, 0.0, "non-saturating", 200)[-1]
stuck = float(duel.value(duel.DATA["two"], duel.Generator(*(torch.tensor(v, dtype=torch.float64) for v in end))))
st.markdown(
    f"- **At the equilibrium** the generator is the data, D\\* is \u00bd everywhere, and $V = -\\log 4 = {-log(4):.3f}$ nats: the "
    "discriminator can only guess.\n"
    f"- **From afar** the best discriminator is certain, and the minimax loss is flat: with the generator at 5 and a width of "
    f"{exp(-1):.2f} its slope is {far['minimax']:.1g}, that of the non-saturating loss {far['non-saturating']:.3g}. That is why GANs are "
    "trained with the latter.\n"
    f"- **Two modes, one Gaussian**: started at 1, the non-saturating generator ends at {end[0]:.2f} with a width of {exp(end[1]):.2f}. "
    f"It draws one mode perfectly and the other never, at $V = {stuck:.3f}$ nats. This is mode collapse, with the best discriminator there is."
)
lesson.maths(
    "The game, its rules as linear maps of $w = x + iy$ with $\\lambda = m - i$, and the GAN with its best discriminator:",
    [
        r"\min_x \max_y\; \tfrac m2 x^2 + xy - \tfrac m2 y^2",
        r"w \leftarrow (1-\eta\lambda)\,w, \qquad |1+i\eta| = \sqrt{1+\eta^2}",
        r"w \leftarrow (1-\eta\lambda+\eta^2\lambda^2)\,w, \qquad |1+i\eta-\eta^2| = \sqrt{1-\eta^2+\eta^4}",
        r"V(D^*,G) = \mathbb E_p[\log D^*] + \mathbb E_q[\log(1-D^*)] = 2\,\mathrm{JSD}(p,q) - \log 4",
        r"\nabla\,\mathbb E_q[\log(1-D^*)] = \nabla\, 2\,\mathrm{JSD}",
        r"\nabla\,\mathbb E_q[-\log D^*] = \nabla\left(\mathrm{KL}(q\|p) - 2\,\mathrm{JSD}\right)",
    ],
    games.simultaneous,
    games.alternating,
    games.extragradient,
    duel.value,
    duel.slopes,
)
lesson.check(
    "While a GAN trains, the generator\u2019s loss rises for an hour. What does that tell you about its pictures?",
    Choice(
        "They are getting worse",
        "The loss is measured against a discriminator that learns too: both can improve while one loss rises.",
    ),
    Choice(
        "By itself, nothing",
        "Each player\u2019s loss depends on the other\u2019s skill; at the equilibrium neither is at a minimum of its own. Pictures must be judged by "
        "something outside of the game.",
        right=True,
    ),
    Choice(
        "The step size is too large",
        "That can be, but a rising loss does not show it: a discriminator that becomes better raises it at any step size.",
    ),
)
lesson.end(
    papers.GAN,
    papers.NEGATIVE_MOMENTUM,
    papers.EXTRAGRADIENT,
    papers.PRINCIPLED_GAN,
    nash_x=st.session_state.nash_x,
    nash_y=st.session_state.nash_y,
    nash_step=st.session_state.nash_step,
    nash_pull=st.session_state.nash_pull,
    nash_rules=st.session_state.nash_rules,
    nash_data=st.session_state.nash_data,
    nash_loss=st.session_state.nash_loss,
    nash_centre=st.session_state.nash_centre,
    nash_log_width=st.session_state.nash_log_width,
)
