from django.urls import path

from tancai.web.workshop.accounting import exports, sheets, views

urlpatterns = [
    path("", views.home, name="accounting_home"),
    path("new/", views.new, name="accounting_new"),
    path("<int:work_id>/", views.page, name="accounting"),
    path("<int:work_id>/compute/", views.compute, name="accounting_compute"),
    path("<int:work_id>/rows/<int:number>/", views.row, name="accounting_row"),
    path("<int:work_id>/rows/<int:number>/factors/", views.factors, name="accounting_factors"),
    path("<int:work_id>/months.xlsx", sheets.template, name="accounting_months"),
    path("<int:work_id>/months/", sheets.look, name="accounting_import"),
    path("<int:work_id>/months/take/", sheets.take, name="accounting_take"),
    path("<int:work_id>/case.toml", exports.case, name="accounting_case"),
    path("<int:work_id>/workbook.xlsx", exports.workbook, name="accounting_workbook"),
    path("<int:work_id>/report.pdf", exports.report, name="accounting_report"),
]
