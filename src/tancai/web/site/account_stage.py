"""The step of signing in that asks for a verified address. Apart from the adapter: the library's stages import that."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import EmailVerificationStage

from tancai.people import api as people


class EmailStage(EmailVerificationStage):
    """The library asks everybody for a verified e-mail; here a verified phone is as good."""

    def handle(self) -> Any:
        user = self.login.user
        if user is not None and (not user.email or people.is_verified(user, user.phone or "")):
            return None, True
        return super().handle()
