"""Addresses of the pages about one's own account."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.account_pages import invitation

app_name = "account"
urlpatterns: list[URLPattern] = [
    path("invitation/", invitation.accept_page, name="invitation"),
    path("invitation/<str:key>/", invitation.follow_link, name="invitation-link"),
]
