"""The statements of counting: the rule of ``tickets.rules`` in the words of the database.

They are put together of constants here, values are parameters. All read the index ``interaction_counting`` alone, in its own order, so that five million
interactions need neither a sort nor the table. The parts in braces are filled by ``counting``.
"""

# {less}(a, b, span): a comes less than span after b, exactly, in the words of each engine.
LESS = {
    "postgresql": "{a} < {b} + CAST(%({span})s AS interval)",
    # Django's own function: microseconds as a whole number, where julianday would round.
    "sqlite": "django_timestamp_diff({a}, {b}) < %({span})s",
}

LAST_DIFFERS = {
    "postgresql": "p.last_interaction_at IS DISTINCT FROM c.last_at",
    "sqlite": "p.last_interaction_at IS NOT c.last_at",
}

COUNTING = (
    "i.superseded_at IS NULL AND i.direction = 'inbound' AND i.is_system = false"
    " AND (i.reason_id IS NULL OR {reason_counts}) AND i.occurred_at <= %(now)s"
)

# Each row with the standing that the rule gives it. The previous counting contact is the latest
# one before: rows stand in the order of the index.
_DERIVED = """
  SELECT c.id, c.purchase_id, c.standing, c.superseded_at, c.occurred_at, c.clock_at, CASE
    WHEN c.counted_at IS NOT NULL THEN CASE
      WHEN c.previous IS NOT NULL AND {merged} THEN 'merged'
      WHEN c.counted_at >= c.window_ends_at THEN 'later' ELSE 'net' END
    WHEN c.superseded_at IS NOT NULL THEN 'superseded'
    WHEN c.direction = 'outbound' THEN 'ours'
    WHEN c.is_system = true OR NOT (c.reason_id IS NULL OR {c_reason_counts}) THEN 'excluded'
    ELSE 'future' END AS derived
  FROM (
    SELECT i.id, i.purchase_id, i.direction, i.reason_id, i.is_system, i.superseded_at, i.standing,
      i.occurred_at, q.clock_at, q.window_ends_at,
      CASE WHEN {counting} THEN i.occurred_at END AS counted_at,
      max(CASE WHEN {counting} THEN i.occurred_at END) OVER (
        PARTITION BY i.purchase_id ORDER BY i.occurred_at, i.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous
    FROM tickets_interaction i JOIN purchases_purchase q ON q.id = i.purchase_id {i_where}
  ) c
"""

_STORED = """
  SELECT i.purchase_id, i.standing, i.superseded_at, i.occurred_at, q.clock_at
  FROM tickets_interaction i JOIN purchases_purchase q ON q.id = i.purchase_id {i_where}
"""

_TALLIED = """
  count(*) FILTER (WHERE d.superseded_at IS NULL) AS gross,
  count(*) FILTER (WHERE d.standing = 'net') AS net,
  count(*) FILTER (WHERE d.standing = 'merged') AS merged,
  count(*) FILTER (WHERE d.standing = 'later') AS later,
  count(*) FILTER (WHERE d.standing = 'net' AND {first_week}) AS first_week,
  max(d.occurred_at) FILTER (WHERE d.superseded_at IS NULL AND d.occurred_at <= %(now)s) AS last_at
"""

_DIFFERS = """
p.gross_interactions <> coalesce(c.gross, 0) OR p.net_interactions <> coalesce(c.net, 0)
  OR p.merged_interactions <> coalesce(c.merged, 0) OR p.later_interactions <> coalesce(c.later, 0)
  OR p.first_week_net <> coalesce(c.first_week, 0) OR {last_differs}
"""

# The rows that stand elsewhere than the rule says.
STANDING = f"SELECT d.id, d.purchase_id, d.derived FROM ({_DERIVED}) d WHERE standing <> derived"  # noqa: S608

# The counters, by the standings stored, where the purchase says otherwise.
COUNTERS = f"""
SELECT p.id, coalesce(c.gross, 0), coalesce(c.net, 0), coalesce(c.merged, 0),
  coalesce(c.later, 0), coalesce(c.first_week, 0), c.last_at
FROM purchases_purchase p LEFT JOIN (
  SELECT d.purchase_id, {_TALLIED} FROM ({_STORED}) d GROUP BY d.purchase_id
) c ON c.purchase_id = p.id
WHERE ({_DIFFERS}) {{p_and}}
"""  # noqa: S608

# The purchases with either, in one reading: for all of them, that is what costs.
WRONG = f"""
SELECT p.id
FROM purchases_purchase p LEFT JOIN (
  SELECT d.purchase_id, max(CASE WHEN d.standing <> d.derived THEN 1 ELSE 0 END) AS astray,
  {_TALLIED} FROM ({_DERIVED}) d GROUP BY d.purchase_id
) c ON c.purchase_id = p.id
WHERE (c.astray = 1 OR {_DIFFERS}) {{p_and}}
"""  # noqa: S608
