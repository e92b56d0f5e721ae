"""The pages of the board and of the rows behind it."""

from django.urls import URLPattern, URLResolver, path

from dashboards.rows import LISTS
from dashboards.views import board, inspection_exports, inspections, rows

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", board.board, name="board"),
    path("inspections/figures/", inspections.inspection_figures, name="inspection_figures"),
    path(
        "inspections/figures/export/",
        inspection_exports.inspection_export,
        name="inspection_export",
    ),
    path(
        "inspections/figures/spreadsheet/",
        inspection_exports.inspection_xlsx,
        name="inspection_xlsx",
    ),
    *(path(f"board/{name}/", rows.row_list, {"of": name}, name=f"board_{name}") for name in LISTS),
    path("board/<slug:name>/", board.board_panel, name="board_panel"),
]
