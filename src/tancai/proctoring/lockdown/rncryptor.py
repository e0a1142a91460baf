"""Messages locked with a password in the RNCryptor form that Safe Exam Browser uses.

version, options (1: password), 8 bytes salt of the encryption key, 8 bytes salt of the authentication key, 16 bytes
initialisation vector, AES-256-CBC with PKCS#7, 32 bytes HMAC-SHA-256. Keys: PBKDF2-HMAC-SHA1, 10,000 rounds, 32 bytes.
Versions 2 and 3 authenticate everything before the HMAC, version 1 the cipher text alone. Source: the RNCryptor data
format (github.com/RNCryptor/RNCryptor-Spec) and safeexambrowser.org/developer/seb-file-format.html.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

VERSION, WITH_PASSWORD, ROUNDS = 3, 1, 10_000
SALT, VECTOR, SEAL = 8, 16, 32
_HEADER = 2 + 2 * SALT + VECTOR
READABLE = (1, 2, 3)


class NotOpened(ValueError):
    """Cannot be opened; ``code``: ``form`` (not such a message) or ``password`` (wrong password or altered)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def lock(data: bytes, password: str, *, random: bytes) -> bytes:
    """Lock ``data``; ``random`` are 32 fresh random bytes (two salts and the vector)."""
    if len(random) != 2 * SALT + VECTOR:
        raise ValueError("random must be 32 bytes")
    head = bytes([VERSION, WITH_PASSWORD]) + random
    padder = padding.PKCS7(128).padder()
    padded = padder.update(data) + padder.finalize()
    encryptor = _cipher(password, head).encryptor()
    body = head + encryptor.update(padded) + encryptor.finalize()
    return body + _seal(password, head, body).finalize()


def unlock(message: bytes, password: str) -> bytes:
    """The data of a message; raises NotOpened."""
    length = len(message) - _HEADER - SEAL
    if length < 16 or length % 16 or message[0] not in READABLE or message[1] != WITH_PASSWORD:
        raise NotOpened("form")
    head, body, seal = message[:_HEADER], message[:-SEAL], message[-SEAL:]
    try:
        _seal(password, head, body if message[0] > 1 else body[_HEADER:]).verify(seal)
        decryptor = _cipher(password, head).decryptor()
        padded = decryptor.update(body[_HEADER:]) + decryptor.finalize()
        unpadder = padding.PKCS7(128).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (InvalidSignature, ValueError) as error:
        raise NotOpened("password") from error


def _cipher(password: str, head: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(_key(password, head[2 : 2 + SALT])), modes.CBC(head[-VECTOR:]))


def _seal(password: str, head: bytes, covered: bytes) -> hmac.HMAC:
    found = hmac.HMAC(_key(password, head[2 + SALT : 2 + 2 * SALT]), hashes.SHA256())
    found.update(covered)
    return found


def _key(password: str, salt: bytes) -> bytes:
    return PBKDF2HMAC(hashes.SHA1(), 32, salt, ROUNDS).derive(password.encode())
