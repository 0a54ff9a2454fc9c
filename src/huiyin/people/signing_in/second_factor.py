"""The second factor at rest: secrets of authenticator apps and recovery codes are sealed like personal data."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

_PLACE = b"second factor"


class SealedSecondFactor(DefaultMFAAdapter):
    """Seals what allauth keeps to check a second factor; a copy of the database alone gives no code away."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The name shown in the authenticator app: the one that is typed at sign-in."""
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """Seal a secret under a key derived from the oldest key of the ring, so that rotations leave it readable."""
        return base64.b64encode(seal(derive("second factor"), text.encode(), _PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What ``encrypt`` was given; raises ``SealBroken`` if it was altered."""
        return open_sealed(derive("second factor"), base64.b64decode(encrypted_text), _PLACE).decode()
