"""What a page of figures says, read as a monitoring system reads it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


def parsed(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
