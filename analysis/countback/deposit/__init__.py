"""Deposit: stamp, citation, manifest of results, and the archive."""
