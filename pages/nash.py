"""Nash equilibrium: a game that plain gradient steps cannot settle, ways that can, and the GAN on a line as such a game."""

from math import erfc, exp, log, sqrt

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from lessons.nash import duel, games
from lessons.nash.address import ADDRESS, DUEL, GAME
from lessons.nash.games import Point

ROUNDS = 60  # after which the reveal says how far the simultaneous steps have gone
AWAY, NARROW = 5.0, -1.0  # a generator far from the data: its centre and log width
START = 1.0  # centre of a generator of width 1 that descends on two modes

lesson = Lesson("nash", ADDRESS)
words = lesson.part()
with lesson.experiment():
    live_part(
        "nash", key="nash-part", on_report=lesson.at.hear, words=words, start=lesson.at.told(*GAME), covered=not lesson.revealed
    )
step = lesson.at["nash_step"]
path = games.play("simultaneous", Point(1.0, 0.0), step, 0.0, ROUNDS)
factors = {rule: games.growth(rule, step, 0.0) for rule in games.RULES}
leads = {
    f"{rule}_leads": lesson.words.item("leads", games.ending(rule, step, 0.0)) for rule in ("alternating", "extragradient")
}
least = games.least_curvature(step)
needed = (
    lesson.words.item("curvature", "some", step=step, least=least)
    if least
    else lesson.words.item("curvature", "none", step=step)
)
distance = games.distance(path[-1])
lesson.reveal(
    games.ending("simultaneous", step, 0.0), step=step, rounds=ROUNDS, far=distance, needed=needed, **factors, **leads
)

lesson.say("a-gan")
live_part("nash/duel", key="duel-part", on_report=lesson.at.hear, words=words, start=lesson.at.told(*DUEL))
far = {loss.replace("-", "_"): abs(duel.slopes(duel.DATA["one"], AWAY, NARROW, loss)[0]) for loss in duel.LOSSES}
centre, log_width = duel.descend(duel.DATA["two"], START, 0.0, "non-saturating", 200)[-1]
stuck = float(duel.value(duel.DATA["two"], duel.generator(centre, log_width)))
other = float(f"{2 / erfc(abs(centre) / exp(log_width) / sqrt(2)):.1g}")  # one draw in so many falls on the other side of 0
ends = {"centre": centre, "width": exp(log_width), "stuck": stuck, "odds": other}
lesson.say("findings", rest=-log(4), away=AWAY, narrow=exp(NARROW), start=START, **far, **ends)
lesson.maths(games.simultaneous, games.alternating, games.extragradient, duel.value, duel.slopes)
lesson.check()
lesson.end()
