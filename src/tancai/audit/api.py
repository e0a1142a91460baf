"""The door of the audit log: anybody may append, nobody may change.

``record`` is called once by every action, inside its transaction, ``record_all`` where the same is done to many;
``line`` gives an entry for the few steps that write it in one statement with the rest.
``seal`` runs on the worker's schedule.
"""

from tancai.audit.actions import line, record, record_all, seal
from tancai.audit.queries import ChainReport, entries, latest, verify_chain

__all__ = ["ChainReport", "entries", "latest", "line", "record", "record_all", "seal", "verify_chain"]
