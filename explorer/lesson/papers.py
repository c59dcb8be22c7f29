"""The papers that the lessons rest on, each written down once, in papers.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paper:
    """A source: authors, year, title, where it appeared, and its address."""

    authors: str
    year: int
    title: str
    venue: str
    address: str

    def markdown(self) -> str:
        return f"{self.authors} ({self.year}). [{self.title}]({self.address}). {self.venue}."


PAPERS = {
    key: Paper(**row) for key, row in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
