"""Static files under hashed names, with the imports inside ES modules rewritten."""

from __future__ import annotations

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed names where files were collected; plain names straight from the sources where they were not."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        if settings.STATICFILES_COLLECTED:
            return str(super().stored_name(name))
        return name
