"""The page at /blur: several possible images, one code, and what each loss answers."""
