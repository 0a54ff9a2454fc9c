"""Limiting who may know of a case, and what is not entered at all: state secrets."""
