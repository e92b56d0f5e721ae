"""Charts drawn on the server as inline SVG: frozen dataclass in, safe markup out.

No style attribute and no script (the content security policy forbids both): geometry stands in
attributes, colour and type in static/css/board.css by class. Every text is escaped. Each chart
has `table`, the same numbers for those who do not see it.
"""

from dashboards.charts.control import ControlChart, ControlPoint, draw_control
from dashboards.charts.defects import Bar, BarsAndLine, draw_bars_and_line
from dashboards.charts.distribution import CountBar, Distribution, draw_distribution
from dashboards.charts.funnel import Funnel, FunnelPoint, draw_funnel
from dashboards.charts.ladder import Ladder, Rung, draw_ladder
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
from dashboards.charts.trend import Trend, TrendPoint, draw_trend

__all__ = [
    "Bar",
    "BarsAndLine",
    "Blocks",
    "ControlChart",
    "ControlPoint",
    "CountBar",
    "Distribution",
    "Funnel",
    "FunnelPoint",
    "Ladder",
    "NumbersRow",
    "NumbersTable",
    "Pareto",
    "ParetoRow",
    "Rung",
    "Sparkline",
    "StackPart",
    "StackedBar",
    "Trend",
    "TrendPoint",
    "draw_bars_and_line",
    "draw_blocks",
    "draw_control",
    "draw_distribution",
    "draw_funnel",
    "draw_ladder",
    "draw_pareto",
    "draw_sparkline",
    "draw_stacked",
    "draw_trend",
]
