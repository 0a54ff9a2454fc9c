"""Addresses of the pages about one's own account."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.account_pages import invitation, looks, mail, me, phrases

app_name = "account"
urlpatterns: list[URLPattern] = [
    path("me/", me.me, name="me"),
    path("me/mail/", mail.mail, name="mail"),
    path("me/looks/", looks.looks, name="looks"),
    path("me/phrases/", phrases.phrases, name="phrases"),
    path("me/phrases/<uuid:id>/remove/", phrases.remove, name="phrase-remove"),
    path("me/sessions/", me.end_others, name="end-others"),
    path("me/signature/", me.signature, name="signature"),
    path("me/signature/picture/", me.signature_picture, name="signature-picture"),
    path("me/signature/remove/", me.remove_signature, name="signature-remove"),
    path("invitation/", invitation.accept_page, name="invitation"),
    path("invitation/<str:key>/", invitation.follow_link, name="invitation-link"),
]
