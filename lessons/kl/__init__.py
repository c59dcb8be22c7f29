"""The page at /kl: one latent, the three parts of its KL, and where each pulls."""
