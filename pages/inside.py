"""Look inside: one digit through the layers of a dense and of a convolutional VAE, and what excites each unit."""

from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, picker, state
from lessons.inside import excitation
from lessons.inside import figures as inside_figures
from lessons.inside import screen as inside_facts
from lessons.inside import stages as inside
from lessons.inside.screen import NETS, OFF, STROKE, WIDE, Inside
from vae import data

OPTIONS = (STROKE, WIDE, OFF)
USUAL_UNIT = "mlp.0.96"
FARTHEST = 8  # pixels
SHAPE = " \u00d7 "
SHIFTS = tuple(range(FARTHEST + 1))


def keep(report: dict) -> None:
    """The unit and the shift that the browser says, believed only where they make sense."""
    try:
        st.session_state.inside_unit = inside_facts.read_unit(nets, report.get("unit"))
    except ValueError:
        return
    shift = report.get("shift")
    if isinstance(shift, list) and len(shift) == 2:
        for name, value in zip(("inside_right", "inside_down"), shift, strict=True):
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= FARTHEST:
                st.session_state[name] = value


def account(net: Inside) -> str:
    """A table of the layers: shape, weights, multiplications, and what of the image a unit has to do with."""
    rows = "".join(
        f"<tr><th>{stage.part} {stage.kind}</th><td>{SHAPE.join(map(str, stage.after))}</td><td>{stage.parameters:,}</td>"
        f"<td>{stage.products:,}</td><td>{inside_facts.receptive(net, i)}</td></tr>"
        for i, stage in enumerate(net.stages)
    )
    head = "<tr><td>layer</td><td>gives</td><td>weights</td><td>multiplications</td><td>a unit</td></tr>"
    total = f"<tr><th><b>All</b></th><td></td><td><b>{net.parameters:,}</b></td><td><b>{net.products:,}</b></td><td></td></tr>"
    table = f'<table class="le-numbers le-small"><thead>{head}</thead><tbody>{rows}{total}</tbody></table>'
    return f'<section class="in-scroll" tabindex="0" role="region" aria-label="What each layer of the {NETS[net.name]} costs"><h3>{NETS[net.name]}</h3>{table}</section>'


def comparison(rows: list[tuple[str, Inside]]) -> str:
    """What each network pays and gets."""
    head = "<tr><td>VAE, 2 latents</td><td>weights</td><td>multiplications<br>an image</td><td>images<br>seen</td><td>core<br>seconds</td><td>KL</td><td>negative ELBO</td></tr>"
    body = "".join(
        f"<tr><th>{title}</th><td>{net.parameters:,}</td><td>{net.products:,}</td><td>{net.settings.images:,}</td>"
        f"<td>{net.core_seconds:.0f}</td><td>{net.measures.kl:.2f}</td>"
        f"<td><b>{net.negative_elbo:.1f}</b> \u00b1 {net.measures.negative_elbo_error:.1f}</td></tr>"
        for title, net in rows
    )
    return f'<div class="in-scroll" tabindex="0" role="region" aria-label="What each network pays and gets"><table class="le-numbers le-small"><thead>{head}</thead><tbody>{body}</tbody></table></div>'


st.html(Path(inside_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "inside",
    "What does a unit in the middle of a network respond to?",
    "<b>Point at any unit</b>: red shows where it looks, the panel what it weighs and the digits that excite it. Drag the digit, and see which "
    "layers move along.",
)
mnist = data.load("mnist")
nets = {"mlp": inside_facts.dense(), "conv": inside_facts.of_lesson("conv")}
small = inside_facts.of_lesson("small")
state.read_link(
    inside_digit=state.whole_number(0, len(mnist.test) - 1),
    inside_unit=lambda text: inside_facts.read_unit(nets, text),
    inside_right=state.whole_number(-FARTHEST, FARTHEST),
    inside_down=state.whole_number(-FARTHEST, FARTHEST),
)
state.usual(inside_digit=0, inside_unit=USUAL_UNIT, inside_right=0, inside_down=0)
lesson.predict("What became of most of the 192 units in the first layer of the MLP encoder?", OPTIONS)
digit = picker.pick_digit("inside_digit", "Digit", mnist)
shift = (st.session_state.inside_right, st.session_state.inside_down)
live_part(
    "inside",
    key="inside-part",
    on_report=keep,
    **inside_facts.live_facts(list(nets.values()), digit, st.session_state.inside_unit, shift),
)
st.caption(
    "White: a high activation of that layer. Below each layer: its kind, and its weights. The decoder is given the centre of the posterior. By keyboard: "
    "arrow keys walk through a layer, Page up and Page down from map to map."
)

counts = {"VAE": inside_facts.first_layer(inside_facts.DENSE), "autoencoder": inside_facts.first_layer("mnist-ae-2d")}
vae_counts = counts["VAE"]
whole, less = inside_facts.price_of_silence(inside_facts.DENSE)
if lesson.reveal(
    max(vae_counts, key=lambda kind: vae_counts[kind]),
    f"Of the 192 units **{vae_counts[OFF]} are silent**: on for fewer than one test digit in a thousand. Held at zero, all of them "
    f"together cost {less - whole:.1f} of {whole:.1f} nats (1,000 test digits). Of those that work, {vae_counts[WIDE]} weigh **much of the digit at once**, and only "
    f"{vae_counts[STROKE]} have more than half of what they listen to within a 7 \u00d7 7 patch (even weights would have "
    f"{inside_facts.even_share():.0%} there). For {inside_facts.templates(inside_facts.DENSE)} of them the eight digits that excite them most are all of one class: they are "
    "nearer to stencils of a digit than to strokes. \u201cThe first layer finds strokes\u201d is true where the architecture makes it so: a unit of the "
    "second convolutional layer sees 7 \u00d7 7 pixels, and no others.",
):
    st.plotly_chart(
        inside_figures.became(counts),
        key="became",
        config=figures.CONFIG,
        alt="What the 192 first-layer units became, in the VAE and in the autoencoder",
    )
    st.caption(
        "Two models with the same layers, seed and data. A pixel counts by its weight squared times its variance over the test digits, since a weight on a "
        "pixel that is always black says nothing."
    )

st.subheader("Fewer weights, more work")
st.markdown(
    "A convolution has few weights and uses each of them at every place. **Look at the two columns of numbers**: in a dense layer they are "
    "nearly the same, in a convolution they have little to do with each other. And **look at the last layers**: more than four fifths of the MLP\u2019s "
    "weights are in the two layers that touch pixels."
)
st.html(f'<div class="in-costs">{"".join(account(net) for net in nets.values())}</div>')
st.caption("Weights include biases. Multiplications are those of one image on its way through encoder and decoder.")
st.markdown("**What that buys** (MNIST, test set, nats per image)")
st.html(
    comparison(
        [
            ("MLP", nets["mlp"]),
            ("Convolutional", nets["conv"]),
            ("MLP with as few weights", small),
        ]
    )
)
conv, mlp = nets["conv"], nets["mlp"]
apart = abs(small.negative_elbo - conv.negative_elbo)
slower = conv.core_seconds / small.core_seconds
better = conv.negative_elbo - mlp.negative_elbo
fewer, more = mlp.parameters / conv.parameters, conv.products / mlp.products
st.markdown(
    f"With as many weights and as many images seen, the convolutional VAE and the MLP end **{apart:.1f} nats apart**; each is one run from one seed, so "
    f"a nat or two says little. The convolutional one takes {slower:.0f} times as long to train. The MLP that may have {fewer:.0f} times the weights is "
    f"{better:.0f} nats better: it has seen twice as many images, in half the time, since it is still cheaper to compute. MNIST\u2019s digits stand centred and upright, so weights that are shared "
    "over all places gain little; on photographs, where a thing can stand anywhere, they gain much. Widths and learning rates were chosen on the validation split."
)

st.subheader("What moves along, and what does not")
st.markdown(
    "Move the digit by a layer\u2019s step, and a convolution\u2019s maps move by one place and are otherwise the same: it is *equivariant*. **Look at how fast "
    "the MLP\u2019s layers forget the digit** as it moves, and at the code: behind the dense heads neither network is invariant."
)
st.plotly_chart(
    inside_figures.alike(
        SHIFTS, {NETS[net.name]: inside_facts.after_shift(net, SHIFTS) for net in nets.values()}, ("layer 1", "layer 2", "code")
    ),
    key="alike",
    config=figures.CONFIG,
    alt="How alike each layer's numbers are before and after the digit moves to the right",
)
st.caption(
    f"{inside_facts.SHIFTED} test digits; maps are moved back before they are compared, by the nearest whole place. Layer 2 has a step of 4 pixels, so it "
    "comes back at 4 and 8: in between a stride breaks the symmetry, as it does in any network that skips places."
)
lesson.maths(
    "Layer by layer, with kernel $k_l$, stride $s_l$, padding $p_l$: a unit of layer $l$ sees $r_l$ pixels in a row, its neighbour sees the same $j_l$ pixels "
    "farther on, and the first one begins at pixel $a_l$. For a dense layer with $n$ inputs and $m$ outputs, and a convolution from $c$ to $d$ channels on $H\\times W$ places:",
    [
        r"r_l = r_{l-1} + (k_l - 1)\,j_{l-1}, \quad j_l = s_l\,j_{l-1}, \quad a_l = a_{l-1} - p_l\,j_{l-1}",
        r"\text{dense: } (n+1)\,m \text{ weights},\quad n\,m \text{ multiplications}",
        r"\text{convolution: } (k^2c+1)\,d \text{ weights},\quad k^2c\,d\,HW \text{ multiplications}",
    ],
    inside.Field,
    inside.Stage,
    excitation.survey,
    excitation.concentration,
)
lesson.check(
    f"The convolutional VAE has {fewer:.0f} times fewer weights than the MLP. How many multiplications does one image take in it?",
    Choice(
        f"About {fewer:.0f} times fewer",
        "In an MLP each weight is used once an image, so the two numbers agree. A convolution uses each weight at every place.",
    ),
    Choice("As many", "The table says otherwise: nothing makes the two numbers agree once weights are shared."),
    Choice(
        f"About {more:.0f} times as many",
        f"{conv.products:,} against {mlp.products:,}: weights are what has to be stored and learned, multiplications what has to be computed. "
        "Sharing saves the first, not the second.",
        right=True,
    ),
)
lesson.end(
    papers.RECEPTIVE_FIELDS,
    papers.VISUALIZING,
    papers.BACKPROPAGATION_DIGITS,
    inside_digit=digit,
    inside_unit=st.session_state.inside_unit,
    inside_right=shift[0],
    inside_down=shift[1],
)
