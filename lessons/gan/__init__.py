"""The page at /gan: a generator that learns from a critic, beside a VAE that saw as many images."""
