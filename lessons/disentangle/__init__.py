"""The page at /disentangle: shapes whose factors are known: does each latent learn one of them?."""
