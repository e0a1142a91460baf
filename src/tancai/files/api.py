"""The door of files: uploads and generated documents, sealed at rest."""

from tancai.files.actions import discard, give, purge, store, store_image, sweep_orphans
from tancai.files.errors import BadFile, FileError, FileGone
from tancai.files.models import StoredFile
from tancai.files.purposes import purpose_of, register_purpose
from tancai.files.queries import file, files_of, read, serve

__all__ = [
    "BadFile",
    "FileError",
    "FileGone",
    "StoredFile",
    "discard",
    "file",
    "files_of",
    "give",
    "purge",
    "purpose_of",
    "read",
    "register_purpose",
    "serve",
    "store",
    "store_image",
    "sweep_orphans",
]
