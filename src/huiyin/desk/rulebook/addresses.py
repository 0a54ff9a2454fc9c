"""Addresses of the rulebooks, under /desk/rules/. A book is named as on the shelf: ``xx-bureau``, or ``xx-bureau@2``."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.desk.rulebook import check, views

# What is not a book stands before the books.
addresses: list[URLPattern] = [
    path("", views.books, name="rulebooks"),
    path("check/", check.check, name="rulebook_check"),
    path("<str:book>/", views.book, name="rulebook"),
    path("<str:book>/certificate/", views.certificate, name="rulebook_certificate"),
    path("<str:book>/prove/", views.prove, name="rulebook_prove"),
    path("<str:book>/print/", views.printed, name="rulebook_print"),
    path("<str:book>/procedures/<slug:procedure>/", views.procedure, name="rulebook_procedure"),
]
