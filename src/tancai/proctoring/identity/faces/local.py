"""YuNet finds faces and SFace compares them, both by OpenCV on this server, with model files the site supplies.

The files come from OpenCV's model collection: ``face_detection_yunet_*.onnx`` and ``face_recognition_sface_*.onnx``.
The score is the cosine similarity of SFace's features; its authors publish 0.363 as the threshold for this measure
(OpenCV documentation, "DNN-based Face Detection And Recognition").
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tancai.lib import images
from tancai.proctoring.identity.faces import looking
from tancai.proctoring.identity.faces.port import FAILED, MEASURED, NO_FACE, NO_REFERENCE, SEVERAL, Measured

DETECTOR, RECOGNISER = "face_detection_yunet*.onnx", "face_recognition_sface*.onnx"
SURE = 0.8
"""Least confidence of YuNet for a face to count."""


class NoModels(Exception):
    """A model file is missing in the folder or cannot be opened; the text says which and what to do."""


def model_files(folder: str) -> tuple[Path, Path]:
    """Paths of detector and recogniser in the folder, the newest by name of each; raises NoModels."""
    found = []
    for pattern in (DETECTOR, RECOGNISER):
        paths = sorted(Path(folder).glob(pattern)) if folder else []
        if not paths:
            raise NoModels(
                f"no {pattern} in {folder or '(no folder named)'}: put the file there, "
                "or set TANCAI_FACE_ADAPTER=eyes"
            )
        found.append(paths[-1])
    return found[0], found[1]


def open_models(folder: str) -> LocalFaces:
    """The adapter with both models loaded; raises NoModels."""
    import cv2

    detector_file, recogniser_file = model_files(folder)
    try:
        detector = cv2.FaceDetectorYN.create(str(detector_file), "", (320, 320), SURE)
        recogniser = cv2.FaceRecognizerSF.create(str(recogniser_file), "")
    except cv2.error as error:
        raise NoModels(
            f"OpenCV cannot open {detector_file.name} or {recogniser_file.name}: fetch the files again"
        ) from error
    return LocalFaces(detector, recogniser, model=f"{detector_file.stem} + {recogniser_file.stem}")


class LocalFaces:
    name = "local"
    recognises = True

    def __init__(self, detector: Any, recogniser: Any, *, model: str, threshold: float = 0.363) -> None:
        self.detector = detector
        self.recogniser = recogniser
        self.model = model[:80]
        self.threshold = threshold

    def measure(self, picture: bytes, reference: bytes | None) -> Measured:
        try:
            array = looking.pixels(picture)
        except images.NotAnImage:
            return self._told(FAILED, None)
        if looking.covered(array):
            return self._told(NO_FACE, 0, covered=True)
        faces = self._faces(array)
        if len(faces) != 1:
            return self._told(NO_FACE if not len(faces) else SEVERAL, len(faces))
        features = self._reference_features(reference)
        if features is None:
            return self._told(NO_REFERENCE, 1)
        score = float(self.recogniser.match(self._features(array, faces[0]), features, 0))
        return self._told(MEASURED, 1, score=round(score, 4))

    def _told(
        self, state: str, faces: int | None, *, covered: bool = False, score: float | None = None
    ) -> Measured:
        return Measured(state, faces, covered, score, self.threshold, self.name, self.model)

    def _faces(self, array: Any) -> Any:
        self.detector.setInputSize((array.shape[1], array.shape[0]))
        _status, faces = self.detector.detect(array)
        return () if faces is None else faces

    def _features(self, array: Any, face: Any) -> Any:
        return self.recogniser.feature(self.recogniser.alignCrop(array, face)).copy()

    def _reference_features(self, reference: bytes | None) -> Any:
        """Features of the largest face on the reference: a card also shows a faint second portrait."""
        if reference is None:
            return None
        try:
            array = looking.pixels(reference)
        except images.NotAnImage:
            return None
        faces = sorted(self._faces(array), key=lambda face: float(face[2] * face[3]))
        return self._features(array, faces[-1]) if faces else None
