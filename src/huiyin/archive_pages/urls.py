"""Addresses of the pages of the archive room."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.archive_pages import disposals, file, room, transfers

app_name = "archive"
urlpatterns: list[URLPattern] = [
    path("archive/", room.room, name="room"),
    path("archive/printed/", room.printed, name="printed"),
    path("archive/due/", disposals.due, name="due"),
    path("archive/disposals/", disposals.disposals, name="disposals"),
    path("archive/disposals/<uuid:id>/", disposals.disposal, name="disposal"),
    path("archive/disposals/<uuid:id>/decide/", disposals.decide, name="disposal-decide"),
    path("archive/transfers/", transfers.transfers, name="transfers"),
    path("archive/transfers/new/", transfers.new, name="transfer-new"),
    path("archive/transfers/<uuid:id>/", transfers.transfer, name="transfer"),
    path("archive/files/<slug:no>/", file.file, name="file"),
    path("archive/files/<slug:no>/package.zip", file.download, name="package"),
    path("archive/files/<slug:no>/verify/", file.verify, name="verify"),
    path("archive/files/<slug:no>/again/", file.again, name="again"),
    path("archive/files/<slug:no>/lend/", file.lend, name="lend"),
    path("archive/files/<slug:no>/hold/", file.hold, name="hold"),
    path("archive/files/<slug:no>/hold/lift/", file.lift_hold, name="lift-hold"),
    path("archive/files/<slug:no>/loans/<uuid:id>/back/", file.back, name="back"),
]
