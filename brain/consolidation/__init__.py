"""Turns days into events, insights and facts, and these into histories and portraits."""
