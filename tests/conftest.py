"""The test world: its own data folder and keys, thrown away afterwards."""

from __future__ import annotations

import os
import tempfile

_folder = tempfile.mkdtemp(prefix="tancai-test-")
os.environ["TANCAI_DATA"] = _folder
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tancai.config.settings")
