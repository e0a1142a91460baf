from __future__ import annotations


class IdentityError(Exception):
    """Something about identity that cannot be done now; ``code`` is stable, ``params`` fill its words.

    Codes: ``not_demanded``, ``no_consent``, ``too_young``, ``not_camera_way``, ``bad_picture``, ``too_large``,
    ``too_often``, ``finished``, ``no_note``, ``bad_outcome``, ``bad_reason``, ``own_case``, ``reviewed``,
    ``not_doubted``, ``same_person``, ``too_early``, ``no_text``, ``long_text``, ``decided``.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
