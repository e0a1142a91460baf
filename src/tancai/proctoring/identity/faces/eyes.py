"""The default: presence and number of faces by a cascade on this server; who it is, the invigilator's eyes say."""

from __future__ import annotations

from tancai.lib import images
from tancai.proctoring.identity.faces import looking
from tancai.proctoring.identity.faces.port import FAILED, NO_FACE, NO_MODEL, SEVERAL, Measured

MODEL = "haarcascade_frontalface_default"


class Eyes:
    name = "eyes"
    recognises = False

    def measure(self, picture: bytes, reference: bytes | None) -> Measured:
        try:
            array = looking.pixels(picture)
        except images.NotAnImage:
            return Measured(FAILED, None, adapter=self.name, model=MODEL)
        if looking.covered(array):
            return Measured(NO_FACE, 0, covered=True, adapter=self.name, model=MODEL)
        faces = looking.count(picture)
        state = {0: NO_FACE, 1: NO_MODEL}.get(faces, SEVERAL)
        return Measured(state, faces, adapter=self.name, model=MODEL)
