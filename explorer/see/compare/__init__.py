"""AE vs VAE: two latent spaces with one cursor, the same prior draws in both, and what is measured of each."""
