"""Django's gathering of texts, which here also knows the short name ``lazy`` for ``gettext_lazy``."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=lazy"]
