from django.urls import path

from tancai.web.workshop.accounting import collecting, exports, quality, sheets, views

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
    path("<int:work_id>/report/", exports.preview, name="accounting_preview"),
    path("<int:work_id>/collect/", collecting.overview, name="accounting_collect"),
    path("<int:work_id>/collect/add/", collecting.add, name="accounting_collect_add"),
    path("<int:work_id>/collect/<int:number>/", collecting.sheet, name="accounting_sheet"),
    path("<int:work_id>/collect/<int:number>/compute/", collecting.compute, name="accounting_sheet_compute"),
    path("<int:work_id>/collect.pdf", collecting.paper, name="accounting_collect_paper"),
    path("<int:work_id>/plan/", quality.page, name="accounting_quality"),
    path("<int:work_id>/plan/compute/", quality.compute, name="accounting_quality_compute"),
    path("<int:work_id>/plan/draft/", quality.draft, name="accounting_quality_draft"),
    path("<int:work_id>/report.pdf", exports.report, name="accounting_report"),
]
