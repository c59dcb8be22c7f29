"""The page at /elbo: log p(x) in two parts that trade, and where a VAE's bound loses nats."""
