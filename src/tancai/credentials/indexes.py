"""Keyed hashes by which a name or document finds a certificate without being stored in clear."""

from __future__ import annotations

from tancai.credentials import rules
from tancai.lib import identity
from tancai.lib.crypto import blind_index


def name_index(name: str) -> str:
    return blind_index(rules.looked_up_name(name), "credentials.name")


def document_index(number: str) -> str:
    """Of the number alone: whoever looks it up need not say what kind of document it is."""
    return blind_index(identity.normal_document(number), "credentials.document")
