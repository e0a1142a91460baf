from django.apps import AppConfig


class RoadsConfig(AppConfig):
    name = "tancai.web.roads"
    label = "web_roads"
    verbose_name = "roads"
