"""What somebody on the scene reports."""

from __future__ import annotations

from django.utils import timezone

from tests.cast import Cast

Report = dict[str, object]


def a_report(cast: Cast) -> Report:
    """A report of an incident on the premises of the fire brigade, as the form sends it."""
    now = timezone.localtime()
    return {
        "incident_kind": "danger",
        "grounds": ["threat", "exits"],
        "place": "三号车间门口",
        "scene_unit": str(cast.units["lj-fire"].id),
        "people_count": "12",
        "people_roles": ["employee"],
        "hurt": "unknown",
        "present": "going_on",
        "course": "有人站上设备，出口被堵",
        "asked": "要求当面答复加班费",
        "happened_on": now.date().isoformat(),
        "happened_at": f"{now:%H:%M}",
    }
