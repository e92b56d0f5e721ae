"""Nothing is measured with a gauge that has to be calibrated first."""

from helpdesk.lib.frozen import Declared, Guard

RESULT = "quality_result"
# When it was measured counts, not when the row is touched: words may be added later.
OVER = (
    "EXISTS (SELECT 1 FROM quality_characteristic c JOIN quality_gauge g ON g.id = c.gauge_id"
    " WHERE c.id = NEW.characteristic_id AND g.closes_at <= NEW.recorded_at)"
)
MEASURED = (
    "(NEW.typed IS DISTINCT FROM OLD.typed OR NEW.value IS DISTINCT FROM OLD.value"
    " OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at"
    " OR NEW.characteristic_id IS DISTINCT FROM OLD.characteristic_id)"
)
MESSAGE = "the gauge had to be calibrated before this was measured"

GAUGES: list[Declared] = [
    Guard("result_gauge_calibrated", RESULT, OVER, MESSAGE, events=("INSERT",)),
    Guard("result_gauge_calibrated", RESULT, f"{MEASURED} AND {OVER}", MESSAGE, events=("UPDATE",)),
]
