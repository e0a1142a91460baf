from django.urls import path

from tancai.web.workshop.trading import console, files, home, results, screen, stream

urlpatterns = [
    path("trading/", home.page, name="trading"),
    path("trading/open/", home.open_market, name="trading_open"),
    path("trading/join/", home.join, name="trading_join"),
    path("trading/<int:market_id>/", screen.page, name="trading_screen"),
    path("trading/<int:market_id>/now/", screen.now, name="trading_now"),
    path("trading/<int:market_id>/stream/", stream.screen, name="trading_stream"),
    path("trading/<int:market_id>/move/", screen.move, name="trading_move"),
    path("trading/<int:market_id>/console/", console.page, name="trading_console"),
    path("trading/<int:market_id>/console/now/", console.now, name="trading_console_now"),
    path("trading/<int:market_id>/console/stream/", stream.console, name="trading_console_stream"),
    path("trading/<int:market_id>/console/<slug:verb>/", console.command, name="trading_command"),
    path("trading/<int:market_id>/results/", results.page, name="trading_results"),
    path("trading/<int:market_id>/results.xlsx", files.sheet, name="trading_sheet"),
    path("trading/<int:market_id>/results.pdf", files.pdf, name="trading_pdf"),
    path("trading/<int:market_id>/record.csv", files.record, name="trading_record"),
]
