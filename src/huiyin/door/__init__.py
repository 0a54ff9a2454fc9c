"""The one door: the only writer of cases. Everything that happens to a case happens in one transaction here."""

from huiyin.door.action import execute
from huiyin.door.confidentiality.setting import NewLevel, set_confidentiality
from huiyin.door.consequences.moving import NoPlace, move_case
from huiyin.door.correcting import Correction, correct_registration
from huiyin.door.documents.correcting import DocumentCorrection, approve_correction, correct_document
from huiyin.door.documents.editing import NewText, edit_document, void_document
from huiyin.door.documents.sealing import ScanComparison, Sealing, compare_scan, seal_document
from huiyin.door.old_register.importing import Examined, examine_old, import_old
from huiyin.door.old_register.matter import OldMatter, old_fingerprint, old_key
from huiyin.door.opening import open_case
from huiyin.door.outcome import Accepted, ActionRequest, KeyReused, NoSuchCase, Refused, Registered, Rejected, in_words
from huiyin.door.registration import fingerprint, register_petition

__all__ = [
    "Accepted",
    "ActionRequest",
    "Correction",
    "DocumentCorrection",
    "Examined",
    "KeyReused",
    "NewLevel",
    "NewText",
    "NoPlace",
    "NoSuchCase",
    "OldMatter",
    "Refused",
    "Registered",
    "Rejected",
    "ScanComparison",
    "Sealing",
    "approve_correction",
    "compare_scan",
    "correct_document",
    "correct_registration",
    "edit_document",
    "examine_old",
    "execute",
    "fingerprint",
    "import_old",
    "in_words",
    "move_case",
    "old_fingerprint",
    "old_key",
    "open_case",
    "register_petition",
    "seal_document",
    "set_confidentiality",
    "void_document",
]
