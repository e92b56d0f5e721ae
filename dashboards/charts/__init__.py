"""Charts drawn on the server as inline SVG: frozen dataclass in, safe markup out.

No style attribute and no script (the content security policy forbids both): geometry stands in
attributes, colour and type in static/css/board.css by class. Every text is escaped. Each chart
has `table`, the same numbers for those who do not see it.
"""

from dashboards.charts.control import ControlChart, ControlPoint, draw_control
from dashboards.charts.distribution import CountBar, Distribution, draw_distribution
from dashboards.charts.funnel import Funnel, FunnelPoint, draw_funnel
from dashboards.charts.numbers import NumbersRow, NumbersTable
from dashboards.charts.pareto import Pareto, ParetoRow, draw_pareto
from dashboards.charts.strips import (
    Blocks,
    Sparkline,
    StackedBar,
    StackPart,
    draw_blocks,
    draw_sparkline,
    draw_stacked,
)

__all__ = [
    "Blocks",
    "ControlChart",
    "ControlPoint",
    "CountBar",
    "Distribution",
    "Funnel",
    "FunnelPoint",
    "NumbersRow",
    "NumbersTable",
    "Pareto",
    "ParetoRow",
    "Sparkline",
    "StackPart",
    "StackedBar",
    "draw_blocks",
    "draw_control",
    "draw_distribution",
    "draw_funnel",
    "draw_pareto",
    "draw_sparkline",
    "draw_stacked",
]
