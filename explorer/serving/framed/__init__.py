"""The app's pages in a frame of another site: their cookies, and what an address may hide."""
