"""The one door: the only writer of cases. Everything that happens to a case happens in one transaction here."""

from huiyin.door.action import execute
from huiyin.door.correcting import Correction, correct_registration
from huiyin.door.moving import NoPlace, move_case
from huiyin.door.opening import open_case
from huiyin.door.outcome import Accepted, ActionRequest, KeyReused, NoSuchCase, Refused, Registered, Rejected, in_words
from huiyin.door.papers.editing import NewText, edit_paper, void_paper
from huiyin.door.registration import fingerprint, register_petition

__all__ = [
    "Accepted",
    "ActionRequest",
    "Correction",
    "KeyReused",
    "NewText",
    "NoPlace",
    "NoSuchCase",
    "Refused",
    "Registered",
    "Rejected",
    "correct_registration",
    "edit_paper",
    "execute",
    "fingerprint",
    "in_words",
    "move_case",
    "open_case",
    "register_petition",
    "void_paper",
]
