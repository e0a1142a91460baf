from django.urls import path

from tancai.web.workshop.sink import exports, layers, views

urlpatterns = [
    path("", views.home, name="sink_home"),
    path("new/", views.new, name="sink_new"),
    path("<int:work_id>/", views.project, name="sink"),
    path("<int:work_id>/plots/", views.plots, name="sink_plots"),
    path("<int:work_id>/pools/", views.pools, name="sink_pools"),
    path("<int:work_id>/result/", views.result, name="sink_result"),
    path("<int:work_id>/grass/", layers.page, name="sink_grass"),
    path("<int:work_id>/papers/", views.papers, name="sink_papers"),
    path("<int:work_id>/compute/<slug:step>/", views.compute, name="sink_compute"),
    path("<int:work_id>/lay-out/", views.lay_out, name="sink_lay_out"),
    path("<int:work_id>/tallies/", views.tallies, name="sink_tallies"),
    path("<int:work_id>/grass/example/", layers.example, name="sink_grass_example"),
    path("<int:work_id>/grass/<slug:layer>/<slug:scene>/<int:month>.png", layers.picture, name="sink_layer"),
    path("<int:work_id>/project.zip", exports.archive, name="sink_archive"),
    path("<int:work_id>/project.xlsx", exports.workbook, name="sink_workbook"),
    path("<int:work_id>/tally.xlsx", exports.tally_form, name="sink_tally_form"),
    path("<int:work_id>/paper/<slug:kind>.pdf", exports.paper, name="sink_paper"),
]
