"""One colour for each idea, everywhere: text, maths, curves, planes.

All are middle tones that keep a contrast of 3 to 1 or more on the light and on the dark page. The ten digit colours were
searched for: as far apart as this band of lightness allows for every kind of colour vision (tests/test_explorer_palette.py); the
digit itself is the label wherever there is room.
"""

AE, VAE, PCA = "#C95A1E", "#2A78BD", "#6F7782"
RECONSTRUCTION, KL, TOTAL = "#0E8A74", "#9B51A8", "#7A7F87"
MU, SIGMA, EPSILON, Z = "#2A78BD", "#9B51A8", "#A97A0B", "#C2385F"
FILTER = "#32701D"  # a method without a model: the median filter
MARK = "#E0245E"  # the position a reader is at
PRIOR = "#7A7F87"
GAN, DISCRIMINATOR = "#5B8A17", "#6A63D6"  # a GAN and its generator; the player that scores
KIND = {"ae": AE, "vae": VAE, "gan": GAN}
DIGITS = ("#1463C6", "#C58453", "#839A84", "#A04B52", "#928B0B", "#E468AF", "#32701D", "#834D99", "#0F9CE2", "#5D6479")
