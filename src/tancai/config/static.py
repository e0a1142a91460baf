"""Static files under hashed names, with the imports inside our own ES modules rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

_JS_RULES = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]
_ROOT = Path(__file__).parents[1]
_OURS = sorted({path.name for path in (*_ROOT.glob("web/*/static/*"), *_ROOT.glob("*/static/*"))})


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed names where files were collected; plain names straight from the sources where they were not.

    Scripts that come inside Python packages are not rewritten: what looks like an import there may be a comment.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        *((f"{name}/*.js", _JS_RULES) for name in _OURS),
    )
    manifest_strict = False
    _addresses: ClassVar[dict[str, str]] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file; once collected it cannot change while the process lives."""
        if name is None or not settings.STATICFILES_COLLECTED:
            return str(super().url(name, force))
        found = self._addresses.get(name)
        if found is None:
            found = self._addresses[name] = str(super().url(name, force))
        return found

    def stored_name(self, name: str) -> str:
        if settings.STATICFILES_COLLECTED:
            return str(super().stored_name(name))
        return name
