"""Addresses of the pages about rules, under /desk/. A book is named as on the shelf: ``xx-bureau``, or ``xx-bureau@2``."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from huiyin.rule_pages import check, coverage, deciding, moving, versions, views, whatif

app_name = "rules"
urlpatterns: list[URLPattern | URLResolver] = [
    path("whatif/", whatif.ask, name="whatif"),
    path("whatif/<uuid:id>/", whatif.result, name="whatif_run"),
    path("whatif/<uuid:id>/progress/", whatif.progress, name="whatif_progress"),
    path("whatif/<uuid:id>/stop/", whatif.stop, name="whatif_stop"),
    path("whatif/<uuid:id>/cases/<slug:no>/", whatif.one_case, name="whatif_case"),
    path("versions/", versions.versions, name="versions"),
    path("versions/<slug:code>/", deciding.rulebook, name="decide"),
    path("versions/<slug:code>/activate/", deciding.activate, name="activate"),
    path("versions/<slug:code>/move/", deciding.move, name="move"),
    path("versions/<slug:code>/move/some/", moving.move_some, name="move_some"),
    path("versions/<slug:code>/changes/<uuid:id>/", deciding.change, name="change"),
    path("coverage/", coverage.coverage, name="coverage"),
    # What is not a book stands before the books.
    path("rules/", views.books, name="books"),
    path("rules/check/", check.check, name="check"),
    path("rules/<str:book>/", views.book, name="book"),
    path("rules/<str:book>/certificate/", views.certificate, name="certificate"),
    path("rules/<str:book>/prove/", views.prove_book, name="prove"),
    path("rules/<str:book>/print/", views.printed, name="print"),
    path("rules/<str:book>/procedures/<slug:procedure>/", views.procedure, name="procedure"),
]
