"""The loops that a user would otherwise copy: the usual small VAEs, and the usual way to train them."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vae.archives import PROJECT_DATA
from vae.model.posterior import Posterior, kl_per_dimension
from vae.torchvision_repair import import_torchvision

PEER_IMAGES, PEER_BATCH = 60_000, 128


class Peer(nn.Module):
    """The usual small VAE: 784-400-D-400-784, ReLU."""

    def __init__(self, latent_dim: int):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(400, latent_dim), nn.Linear(400, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, images: Tensor) -> tuple[Tensor, Posterior]:
        hidden = self.encoder(images)  # (B, 1, 28, 28) -> (B, H)
        posterior = Posterior(self.mean(hidden), self.log_variance(hidden))
        return self.decoder(posterior.sample()).flatten(1), posterior  # (B, 784)


class ConvolutionalPeer(Peer):
    """The usual small convolutional VAE: two layers of stride 2 with 32 and 64 channels on each side, ReLU."""

    def __init__(self, latent_dim: int):
        super().__init__(latent_dim)
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )  # (B, 1, 28, 28) -> (B, 64 * 7 * 7)
        self.mean, self.log_variance = nn.Linear(3136, latent_dim), nn.Linear(3136, latent_dim)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, 3136),
            nn.ReLU(),
            nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, 2, 1),
        )


PEERS = {"mlp": Peer, "conv": ConvolutionalPeer}


def peer_steps(model: Peer, place: torch.device) -> Iterator[int]:
    """The usual loop, for ever: a DataLoader, every image through ToTensor, Adam 1e-3, batch 128. Yields images seen."""
    torchvision = import_torchvision()
    images = torchvision.datasets.MNIST(PROJECT_DATA, train=True, download=True, transform=torchvision.transforms.ToTensor())
    loader = torch.utils.data.DataLoader(images, batch_size=PEER_BATCH, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seen = 0
    while True:
        for read, _ in loader:
            batch = read.to(place)
            logits, posterior = model(batch)
            reconstruction = F.binary_cross_entropy_with_logits(logits, batch.flatten(1), reduction="sum")
            loss = reconstruction + kl_per_dimension(posterior).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen += len(batch)
            yield seen
