"""Figures for monitoring, in the form of Prometheus, on a port of their own: no figure says anything about a person or a single case."""
