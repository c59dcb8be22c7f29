"""The page at /em: five algorithms climb one likelihood, step by step."""
