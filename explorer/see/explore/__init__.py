"""Explore: one model's latent space under the hand, its training replayed, and the beta ladder."""
