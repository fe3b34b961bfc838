"""Fusion tables of the callers -> gene pairs the rules know."""
