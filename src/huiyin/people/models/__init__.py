"""Who works here, who holds which post, and who turned to us: plain rows, no rules."""

from huiyin.people.models.accounts import (
    Absence,
    Account,
    AccountManager,
    Holding,
    Leader,
    MailPreference,
    SecondFactorRule,
    Signature,
    Token,
    every_scope,
)
from huiyin.people.models.administering import AdministrativeAct, Administrator, Invitation, Proposal
from huiyin.people.models.desk import OwnPhrase, PhraseUse, Webhook
from huiyin.people.models.organisations import (
    LIAISON,
    Organisation,
    OrganisationSeal,
    OrganisationTemplate,
    Post,
    Reception,
    ReceptionTime,
    StandardPhrase,
    Unit,
)
from huiyin.people.models.petitioners import LIMITED_CASE, AccessRecord, BlindIndex, DataKey, Erasure, Petitioner

__all__ = [
    "LIAISON",
    "LIMITED_CASE",
    "Absence",
    "AccessRecord",
    "Account",
    "AccountManager",
    "AdministrativeAct",
    "Administrator",
    "BlindIndex",
    "DataKey",
    "Erasure",
    "Holding",
    "Invitation",
    "Leader",
    "MailPreference",
    "Organisation",
    "OrganisationSeal",
    "OrganisationTemplate",
    "OwnPhrase",
    "Petitioner",
    "PhraseUse",
    "Post",
    "Proposal",
    "Reception",
    "ReceptionTime",
    "SecondFactorRule",
    "Signature",
    "StandardPhrase",
    "Token",
    "Unit",
    "Webhook",
    "every_scope",
]
