"""Addresses of the pages of incidents."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.incident_pages import board, drills, reporting, statements

app_name = "incidents"
urlpatterns: list[URLPattern] = [
    path("desk/incidents/", board.board, name="board"),
    path("desk/incidents/report/", reporting.report_page, name="report"),
    path("desk/incidents/received/", reporting.received_elsewhere, name="received-elsewhere"),
    path("desk/incidents/received/<slug:no>/", reporting.received, name="received"),
    path("desk/incidents/drills/", drills.all_drills, name="drills"),
    path("desk/incidents/drills/<uuid:id>/", drills.drill, name="drill"),
    path("desk/incidents/drills/<uuid:id>/progress/", drills.drill_progress, name="drill_progress"),
    path("desk/incidents/<slug:no>/", board.incident, name="incident"),
    path("statements/<slug:code>/", statements.statements, name="statements"),
]
