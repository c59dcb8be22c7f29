"""One colour for each idea, everywhere: text, maths, curves, planes, in Python, CSS and JavaScript.

Python uses the constants. CSS and JavaScript use the custom properties that `css` declares on every page, such as `--le-kl`. All colours are
middle tones with a contrast of at least 3 to 1 on the light and on the dark page. The ten colours of digits are as far apart as this
range of lightness allows, for every kind of colour vision (tests/house/test_explorer_palette.py). Where there is room, the digit itself is the label.
"""

from collections.abc import Mapping

AE, VAE, PCA = "#C95A1E", "#2A78BD", "#6F7782"
RECONSTRUCTION, KL, TOTAL = "#0E8A74", "#9B51A8", "#7A7F87"
MU, SIGMA, EPSILON, Z = "#2A78BD", "#9B51A8", "#A97A0B", "#C2385F"
FILTER = "#32701D"  # the median filter, a method without a model
MARK = "#E0245E"  # where the reader is
PRIOR = "#7A7F87"
WARNING = "#B3261E"  # places off the map, and trouble
GAN, DISCRIMINATOR = "#5B8A17", "#6A63D6"  # a GAN and its generator; its discriminator
KIND = {"ae": AE, "vae": VAE, "gan": GAN}
DIGITS = ("#1463C6", "#C58453", "#839A84", "#A04B52", "#928B0B", "#E468AF", "#32701D", "#834D99", "#0F9CE2", "#5D6479")
RUNS = (VAE, AE, RECONSTRUCTION, KL, EPSILON, Z, "#5D6479", FILTER)  # for runs that are compared

IDEAS = {
    "ae": AE,
    "vae": VAE,
    "pca": PCA,
    "reconstruction": RECONSTRUCTION,
    "kl": KL,
    "total": TOTAL,
    "mu": MU,
    "sigma": SIGMA,
    "epsilon": EPSILON,
    "z": Z,
    "filter": FILTER,
    "mark": MARK,
    "prior": PRIOR,
    "warning": WARNING,
    "gan": GAN,
    "discriminator": DISCRIMINATOR,
}
# The same ideas as small text, which needs more contrast: on the light page and on the dark one.
AS_TEXT = {
    "reconstruction": ("#0A6F5D", "#3FC3AA"),
    "kl": ("#863F93", "#CE90DA"),
    "mu": ("#1F669F", "#6DB1EC"),
    "z": ("#B02C52", "#F0849F"),
    "warning": (WARNING, "#FF8A80"),
}
# Kinds of words in code: on the light page and on the dark one.
IN_CODE = {
    "code-keyword": ("#0B5CAD", "#79B8FF"),
    "code-text": ("#0A6B3D", "#7BD88F"),
    "code-number": ("#9A4A00", "#FFAB70"),
    "code-comment": ("#5B6470", "#9AA4AF"),
}
PAPER, ON_ACCENT = ("#FFFFFF", "#101418"), ("#FFFFFF", "#0B0E11")  # the page; text on a button in the theme's colour
# The theme of .streamlit/config.toml for what stands beside Streamlit's page or without it: text, what can be pressed, a ground that stands
# out from the page; and an edge.
TEXT, ACCENT, GROUND, EDGE = ("#101418", "#E8EBEE"), ("#1F6FB4", "#6AAEE8"), ("#F4F5F7", "#1B2128"), ("#828A94", "#67727F")
ON_EPSILON = "#0B0E11"  # text on a button in epsilon's colour


_THEME = {"paper": PAPER, "on-accent": ON_ACCENT, "text": TEXT, "accent": ACCENT, "ground": GROUND, "edge": EDGE}
_THEME |= {f"{name}-text": tones for name, tones in AS_TEXT.items()}


def css() -> str:
    """The style sheet that gives every idea its custom property: --le-kl, --le-kl-text, --le-paper, ..."""
    pairs = {name: f"light-dark({light}, {dark})" for name, (light, dark) in (_THEME | IN_CODE).items()}
    return _root(IDEAS | {"on-epsilon": ON_EPSILON} | pairs)


def alone() -> str:
    """The same for a page that stands alone, with its theme only: light or dark as the browser asks, also where it is an old one."""
    light, dark = ({name: tones[mode] for name, tones in _THEME.items()} for mode in (0, 1))
    return _root(light) + "@media (prefers-color-scheme: dark) { " + _root(dark) + " }"


def toned(host: str) -> str:
    """All of it for a part in somebody else's page, whose host (such as ":host") says in data-tone whether that is light or dark."""
    pairs = _THEME | IN_CODE
    tones = [{name: tones[mode] for name, tones in pairs.items()} for mode in (0, 1)]
    dark = _root(tones[1], f"{host}([data-tone=dark])")
    return _root(IDEAS | {"on-epsilon": ON_EPSILON} | tones[0], host) + dark


def _root(colours: Mapping[str, str], root: str = ":root") -> str:
    return f"{root} {{ " + " ".join(f"--le-{name}: {colour};" for name, colour in colours.items()) + " }"
