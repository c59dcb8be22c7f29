"""Small classifiers of digits, of one kind: which class does a generated picture belong to, and how alike are two sets of pictures?

`python -m lessons classifier` and `python -m lessons judge` train them from a fixed seed. The first learns from digits as they are. What is
no digit it takes for an 8, as surely as anything. The second, the judge, learns from mixtures of two digits as well (mixup; Zhang et al.
2018), so an average of several digits is none to it, and what it is sure of looks like a digit to a reader. Letters for shapes: B batch,
C H W image, F features.
"""

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.shared.shipping import Shelf
from vae import checkpoints, data
from vae.data import Dataset, Split

FOLDER, JUDGE = "classifier", "judge"
SHELVES = {name: Shelf("shared", name) for name in (FOLDER, JUDGE)}
FEATURES = 64
EPOCHS, BATCH, RATE, SEED = 5, 128, 4e-3, 0
AT_ONCE = 1_000


class Classifier(nn.Module):
    """Two convolutions of stride 2 and a layer of 64 features: images (B, 1, 28, 28) in [0, 1] -> logits (B, 10)."""

    def __init__(self, classes: int = 10):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2),  # (B, 1, 28, 28) -> (B, 16, 14, 14)
            nn.GELU(),
            nn.Conv2d(16, 24, 3, stride=2, padding=1),  # -> (B, 24, 7, 7)
            nn.GELU(),
            nn.Flatten(),
            nn.Linear(24 * 7 * 7, FEATURES),
            nn.GELU(),
        )
        self.head = nn.Linear(FEATURES, classes)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.trunk(images))


@torch.no_grad()
def features(model: Classifier, images: Tensor) -> Tensor:
    """The last hidden layer of images (B, 1, 28, 28), (B, F)."""
    return torch.cat([model.trunk(some) for some in images.split(AT_ONCE)])


@torch.no_grad()
def probabilities(model: Classifier, images: Tensor) -> Tensor:
    """p(class | image), (B, 10)."""
    return torch.cat([model(some).softmax(1) for some in images.split(AT_ONCE)])


def accuracy(model: Classifier, split: Split) -> float:
    """The share of a split's images whose most probable class is theirs."""
    return float((probabilities(model, split.pixels()).argmax(1) == split.labels).float().mean())


def mixed(images: Tensor, labels: Tensor, generator: torch.Generator, classes: int = 10) -> tuple[Tensor, Tensor]:
    """Each image (B, C, H, W) mixed with another one, s x + (1 - s) x', s uniform on [1/2, 1], and the shares of classes (B, K) in it."""
    share = torch.rand(len(images), generator=generator)
    share = torch.maximum(share, 1 - share)
    other = torch.randperm(len(images), generator=generator)
    of_class = F.one_hot(labels.long(), classes).float()
    each, most = share[:, None], share[:, None, None, None]
    return most * images + (1 - most) * images[other], each * of_class + (1 - each) * of_class[other]


def train(dataset: Dataset, epochs: int = EPOCHS, seed: int = SEED, mixing: bool = False) -> Classifier:
    """A classifier that minimises the cross-entropy: Adam, a rate that falls to zero as a line, images moved by up to two pixels."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Classifier(len(dataset.classes))
    generator = torch.Generator().manual_seed(seed)
    steps = epochs * (len(dataset.train) // BATCH)
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 1e-3, steps)
    for _ in range(steps):
        index = torch.randint(len(dataset.train), (BATCH,), generator=generator)
        down, right = torch.randint(-2, 3, (2,), generator=generator).tolist()
        images, target = dataset.train.pixels(index).roll((down, right), (2, 3)), dataset.train.labels[index].long()
        if mixing:
            images, target = mixed(images, target, generator, len(dataset.classes))
        loss = F.cross_entropy(model(images), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


def write(folder: str = FOLDER) -> None:
    """Train the classifier, or the judge, on MNIST, measure it on the test images, and ship both."""
    dataset = data.load("mnist")
    model = train(dataset, mixing=folder == JUDGE)
    weights = {name: weight.half().contiguous() for name, weight in model.state_dict().items()}
    model.load_state_dict({name: weight.float() for name, weight in weights.items()})
    spec = {"format": 1, "features": FEATURES, "epochs": EPOCHS, "seed": SEED, "command": f"python -m lessons {folder}"}
    contents = {
        "spec.json": checkpoints.to_json(spec),
        "model.safetensors": safetensors.torch.save(weights),
        "metrics.json": checkpoints.to_json({"test_accuracy": accuracy(model, dataset.test)}),
    }
    SHELVES[folder].write_files(folder, contents)


def load(folder: str = FOLDER) -> tuple[Classifier, float]:
    """A shipped classifier and its accuracy on the test digits; CheckpointError with what to do where it is missing or damaged."""
    model, shelf = Classifier(), SHELVES[folder]
    weights, measures = shelf.arrays(f"{folder}/model"), shelf.numbers(f"{folder}/metrics")
    with shelf.reading(folder):
        model.load_state_dict({name: weight.float() for name, weight in weights.items()})
        return model.eval(), float(measures["test_accuracy"])
