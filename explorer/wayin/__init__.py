"""What leads a reader in: the route for the first ten minutes, the search across pages and terms, and the glossary."""
