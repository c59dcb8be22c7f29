"""Interpolate: the way from one digit to another in two latent spaces."""
