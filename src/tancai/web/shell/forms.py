from django.forms.renderers import DjangoTemplates


class ShellFormRenderer(DjangoTemplates):
    pass
