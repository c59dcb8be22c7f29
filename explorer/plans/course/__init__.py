"""A plan gone through alone: what a reader answered on its pages, design tasks that are judged by measurement, and what can be handed in."""
