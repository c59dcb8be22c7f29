"""A vector-quantised autoencoder: a code of a few tokens, each one of K learned vectors, and a prior learned over the tokens.

van den Oord, Vinyals & Kavukcuoglu 2017, "Neural Discrete Representation Learning". The encoder's L vectors are replaced by the nearest of
the codebook; the gradient passes over that step as if it were not there. Afterwards the codes are frozen, and an autoregressive network learns
which tokens follow which: the two stages of today's token models and latent diffusion. It has no Gaussian posterior and no KL, so it is no
kind of vae/model/spec.py. Letters for shapes: B batch, C H W image, L tokens of an image, E numbers of a vector, K vectors of the codebook.
"""

from math import log, prod
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vae.data import Dataset
from vae.model.likelihoods import bernoulli_nll
from vae.streams import Purpose, stream

TOKENS, WORDS, WIDTH = 8, 32, 4  # L, K, E
ROOM = TOKENS * log(WORDS)  # nats that a code can carry at most
COMMITMENT = 0.25  # the paper's beta
SHAPE = (1, 28, 28)


class Quantised(NamedTuple):
    """What the codebook makes of encodings."""

    vectors: Tensor  # (B, L, E)   the nearest of the codebook; the gradient goes on to the encoding
    tokens: Tensor  # (B, L)      their numbers
    codebook_loss: Tensor  # (B,)  |sg[e] - q|^2   moves the codebook to the encodings
    commitment: Tensor  # (B,)     |e - sg[q]|^2   keeps encodings near the codebook


def quantise(encodings: Tensor, codebook: Tensor) -> Quantised:
    """Each encoding (B, L, E) by the nearest vector of the codebook (K, E): van den Oord et al. 2017, eq. 1-3."""
    squares = encodings.square().sum(-1, keepdim=True) - 2 * encodings @ codebook.T + codebook.square().sum(-1)  # (B, L, K)
    tokens = squares.argmin(-1)  # (B, L)
    nearest = codebook[tokens]  # (B, L, E)
    passed = encodings + (nearest - encodings).detach()  # straight through
    to_codebook = (encodings.detach() - nearest).square().sum((1, 2))
    return Quantised(passed, tokens, to_codebook, (encodings - nearest.detach()).square().sum((1, 2)))


def perplexity(tokens: Tensor, words: int) -> float:
    """exp of the entropy of how often each of K words is used: K if all alike, 1 if always the same."""
    shares = torch.bincount(tokens.flatten(), minlength=words).double() / tokens.numel()
    return float(torch.exp(-torch.special.xlogy(shares, shares).sum()))


class VQ(nn.Module):
    """Encoder, codebook, decoder and the prior over tokens, with layers as wide as those of the VAEs it is compared with."""

    def __init__(self, widths: tuple[int, int] = (128, 64), shape: tuple[int, int, int] = SHAPE):
        super().__init__()
        wide, narrow = widths
        pixels, code = prod(shape), TOKENS * WIDTH
        self.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(pixels, wide), nn.GELU(), nn.Linear(wide, narrow), nn.GELU(), nn.Linear(narrow, code),
            nn.Unflatten(1, (TOKENS, WIDTH)),
        )  # fmt: skip
        self.codebook = nn.Parameter(torch.randn(WORDS, WIDTH))
        self.decoder = nn.Sequential(
            nn.Flatten(), nn.Linear(code, narrow), nn.GELU(), nn.Linear(narrow, wide), nn.GELU(), nn.Linear(wide, pixels),
            nn.Unflatten(1, shape),
        )  # fmt: skip
        self.embed = nn.Embedding(WORDS + 1, 32)  # the last stands for "begin"
        self.recur = nn.GRU(32, 64, batch_first=True)
        self.next_word = nn.Linear(64, WORDS)

    def forward(self, images: Tensor) -> tuple[Tensor, Quantised]:
        """Images (B, C, H, W) -> logits (B, C, H, W), and what the codebook did."""
        quantised = quantise(self.encoder(images), self.codebook)
        return self.decoder(quantised.vectors), quantised

    def token_logits(self, tokens: Tensor) -> Tensor:
        """Logits of each token given those before it; (B, L) -> (B, L, K)."""
        begin = torch.full_like(tokens[:, :1], WORDS)
        hidden, _ = self.recur(self.embed(torch.cat([begin, tokens[:, :-1]], 1)))
        return self.next_word(hidden)

    def token_nll(self, tokens: Tensor) -> Tensor:
        """-log p(tokens) = -sum_l log p(c_l | c_1 .. c_l-1); (B, L) -> (B,) nats."""
        return F.cross_entropy(self.token_logits(tokens).transpose(1, 2), tokens, reduction="none").sum(1)

    @torch.no_grad()
    def sample(self, count: int, seed: int) -> Tensor:
        """Tokens (count, L) from the learned prior, one after another."""
        generator = stream(Purpose.PRIOR, seed)
        tokens = torch.zeros(count, TOKENS, dtype=torch.long)
        for place in range(TOKENS):
            chances = self.token_logits(tokens)[:, place].softmax(-1)  # (count, K); later tokens are not looked at
            tokens[:, place] = torch.multinomial(chances, 1, generator=generator)[:, 0]
        return tokens

    @torch.no_grad()
    def pictures(self, tokens: Tensor) -> Tensor:
        """Tokens (B, L) -> mean images (B, C, H, W) in [0, 1]."""
        return torch.sigmoid(self.decoder(self.codebook[tokens]))


class Cost(NamedTuple):
    """What an image costs to tell, nats: (B,) each. Their sum bounds -log p(x) from above, for p(x) >= p(x, c)."""

    pixels: Tensor  # -log p(x|c)
    tokens: Tensor  # -log p(c)

    @property
    def total(self) -> Tensor:
        return self.pixels + self.tokens


@torch.no_grad()
def cost(model: VQ, images: Tensor) -> Cost:
    """Of images (B, C, H, W) in [0, 1], with the tokens that the encoder gives them."""
    logits, quantised = model(images)
    return Cost(bernoulli_nll(logits, images), model.token_nll(quantised.tokens))


def train(dataset: Dataset, images: int, batch: int = 256, rate: float = 4e-3, seed: int = 0) -> VQ:
    """Autoencoder and codebook on binary pixels drawn anew at every step; then, codes frozen, the prior on the same budget."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = VQ(shape=dataset.image_shape)
    generator = torch.Generator().manual_seed(seed)

    def draw() -> Tensor:
        chosen = torch.randint(len(dataset.train), (batch,), generator=generator)
        return torch.bernoulli(dataset.train.pixels(chosen), generator=generator)

    with torch.no_grad():
        mean = dataset.train.pixels(slice(5_000)).mean(0).clamp(1e-3, 1 - 1e-3)
        last = model.decoder[-2]
        assert isinstance(last, nn.Linear)
        last.bias.copy_(torch.logit(mean).flatten())
        encodings = model.encoder(draw()).flatten(0, 1)  # the codebook begins at encodings
        model.codebook.copy_(encodings[torch.randperm(len(encodings), generator=generator)[:WORDS]])
    first = [*model.encoder.parameters(), model.codebook, *model.decoder.parameters()]
    second = [*model.embed.parameters(), *model.recur.parameters(), *model.next_word.parameters()]
    steps = images // batch
    for parameters, stage in ((first, _autoencoder_loss), (second, _prior_loss)):
        optimizer = torch.optim.Adam(parameters, betas=(0.9, 0.99))
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = rate * min(1.0, 10 * (step + 1) / steps) * (1 - (step / steps) ** 2)
            optimizer.zero_grad()
            stage(model, draw()).backward()
            optimizer.step()
    return model.eval()


def _autoencoder_loss(model: VQ, images: Tensor) -> Tensor:
    logits, quantised = model(images)
    return (bernoulli_nll(logits, images) + quantised.codebook_loss + COMMITMENT * quantised.commitment).mean()


def _prior_loss(model: VQ, images: Tensor) -> Tensor:
    with torch.no_grad():
        tokens = quantise(model.encoder(images), model.codebook).tokens
    return model.token_nll(tokens).mean()
