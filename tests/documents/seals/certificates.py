"""Made-up certificates to seal with."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "gong-zhang-2026"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000 1a5f645400000000049454e44ae426082".replace(
        " ", ""
    )
)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(
    name: str,
    at: datetime,
    *,
    days: int = 365,
    key: Key | None = None,
    issuer: tuple[x509.Certificate, Key] | None = None,
    signs: bool = True,
) -> tuple[x509.Certificate, Key]:
    """A certificate that begins the day before ``at``, of its own or an issuer's making."""
    made: Key = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(
        issuer_name=issuer[0].subject if issuer else named(name),
        subject_name=named(name),
        public_key=made.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=at - timedelta(days=1),
        not_valid_after=at + timedelta(days=days),
    )
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuer is None,
        crl_sign=issuer is None,
        encipher_only=False,
        decipher_only=False,
    )
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    return builder.sign(issuer[1] if issuer else made, hashes.SHA256()), made


def pkcs12_of(made: tuple[x509.Certificate, Key], password: str = PASSWORD) -> bytes:
    """The file that an issuer would hand over."""
    return pkcs12.serialize_key_and_certificates(
        b"seal", made[1], made[0], None, BestAvailableEncryption(password.encode())
    )


def pem_of(made: tuple[x509.Certificate, Key]) -> bytes:
    return made[0].public_bytes(Encoding.PEM)
