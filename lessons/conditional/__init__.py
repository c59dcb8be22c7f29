"""The page at /conditional: the class given, the style left: one hand writes all ten digits."""
