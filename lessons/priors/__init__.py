"""The page at /priors: vampPrior, two levels, learned variance, SSIM and tokens in one table."""
