from pathlib import Path

from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    name = "tancai.proctoring"
    label = "proctoring"
    verbose_name = "proctoring"

    def ready(self) -> None:
        from django.core import checks

        from tancai.files.api import register_purpose
        from tancai.messages.api import register_texts
        from tancai.proctoring.identity import holdings, jobs  # noqa: F401 - jobs: registers work and schedule
        from tancai.proctoring.identity.checks import check_adapter
        from tancai.proctoring.trial import holdings as devices
        from tancai.proctoring.trial import jobs as trial_jobs  # noqa: F401 - registers the schedule

        for purpose in ("identity_card", "identity_live", "identity_snapshot"):
            register_purpose(purpose, most=10 * 1024 * 1024, mimes=("image/jpeg",), keep_days=30)
        holdings.register()
        devices.register()
        checks.register(check_adapter)
        register_texts(Path(__file__).parent / "trial" / "texts")
