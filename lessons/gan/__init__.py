"""The page at /gan: a generator that learns from a critic, beside the VAE at the same budget."""
