from django.urls import path

from tancai.web.workshop.footprint import exports, views

urlpatterns = [
    path("", views.home, name="footprint_home"),
    path("new/", views.new, name="footprint_new"),
    path("<int:work_id>/", views.page, name="footprint"),
    path("<int:work_id>/compute/", views.compute, name="footprint_compute"),
    path("<int:work_id>/model.toml", exports.model, name="footprint_model"),
    path("<int:work_id>/result.xlsx", exports.workbook, name="footprint_workbook"),
    path("<int:work_id>/report.pdf", exports.report, name="footprint_report"),
    path("<int:work_id>/label.pdf", exports.label, name="footprint_label"),
]
