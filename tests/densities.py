"""Densities of codes under a model's prior and posterior, by torch.distributions: the oracle of all laws about a KL or a bound."""

import copy

import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal
from torch.func import jacrev, vmap

from vae.model.networks import AnyModel
from vae.model.posterior import Posterior


def log_q(posterior: Posterior, z: Tensor) -> Tensor:
    """log q(z|x), (..., B)."""
    return Normal(posterior.mean, posterior.std).log_prob(z).sum(-1)


def log_p(model: AnyModel, z: Tensor, noise: Tensor) -> Tensor:
    """log p(z), (..., B). A prior of two levels estimates it from one sample of u: log p(z|u) p(u) / q(u|z)."""
    prior = model.prior
    if model.spec.prior == "normal":
        return Normal(0.0, 1.0).log_prob(z).sum(-1)
    if model.spec.prior == "vamp":
        q = model.encode(torch.sigmoid(prior.pseudo_logits))
        mixture = MixtureSameFamily(Categorical(torch.ones(len(q.mean))), Independent(Normal(q.mean, q.std), 1))
        return mixture.log_prob(z)
    if model.spec.prior == "flow":  # the change of variables, with the whole Jacobian by autograd
        codes = z.reshape(-1, z.shape[-1]).detach().double()
        there = copy.deepcopy(prior).double()
        slopes = vmap(jacrev(lambda code: there.to_normal(code)[0]))(codes)  # (N, D, D)
        found = Normal(0.0, 1.0).log_prob(there.to_normal(codes)[0]).sum(-1) + torch.linalg.slogdet(slopes).logabsdet
        return found.to(z).view(z.shape[:-1])
    upper_mean, upper_log_variance = prior.recognise(z).chunk(2, -1)
    upper = Normal(upper_mean, torch.exp(upper_log_variance / 2))
    u = upper_mean + upper.stddev * noise[..., model.spec.latent_dim :]
    mean, log_variance = prior.generate(u).chunk(2, -1)
    below = Normal(mean, torch.exp(log_variance / 2)).log_prob(z).sum(-1)
    return below + Normal(0.0, 1.0).log_prob(u).sum(-1) - upper.log_prob(u).sum(-1)
