from django.apps import AppConfig


class MarkerConfig(AppConfig):
    name = "tancai.web.marker"
    label = "web_marker"
    verbose_name = "marker"
