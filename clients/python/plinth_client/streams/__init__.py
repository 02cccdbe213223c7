"""Answers that come bit by bit."""
