"""The statements that rebuild the counters; one text for both engines, days as parameters.

``{chosen}`` stands for the purchases of the days and the scopes they touch; ``{again}`` and
``{followed}`` for ``UNDER_A_WEEK`` after the contact before, and until the one that follows.

A purchase stands once in every scope it touches: the shop, each product and each category.
"""

# Less than seven days between two moments; not true when one of them is missing.
UNDER_A_WEEK = {
    "postgresql": "{later} - {earlier} < interval '168 hours'",
    # In whole microseconds, as django.db does it: julianday would round.
    "sqlite": "django_timestamp_diff({later}, {earlier}) < 604800000000",
}

CHOSEN = """
WITH chosen AS (
    SELECT id, clock_day, net_interactions AS net, first_week_net, later_interactions AS later,
           CASE WHEN clock_kind = 'order' THEN 1 ELSE 0 END AS undelivered
    FROM purchases_purchase
    WHERE clock_day IN ({days}) AND NOT (status = 'cancelled' AND NOT dispatched)
),
scoped AS (
    SELECT id, clock_day, '' AS scope, net, first_week_net, later, undelivered
    FROM chosen
    UNION ALL
    SELECT DISTINCT chosen.id, clock_day, 'p:' || line.product_id, net, first_week_net, later,
           undelivered
    FROM chosen JOIN purchases_purchaseline line ON line.purchase_id = chosen.id
    UNION ALL
    SELECT DISTINCT chosen.id, clock_day, 'c:' || product.category, net, first_week_net, later,
           undelivered
    FROM chosen
    JOIN purchases_purchaseline line ON line.purchase_id = chosen.id
    JOIN purchases_product product ON product.id = line.product_id
    WHERE product.category <> ''
)
"""

_COHORTS = """
INSERT INTO thresholds_cohortcount
    (day, scope, channel, net, purchases, first_week_net, later, without_delivery)
{chosen}
SELECT clock_day, scope, '', net, count(*), sum(first_week_net), sum(later), sum(undelivered)
FROM scoped GROUP BY clock_day, scope, net
"""

# Purchases without a contact through a channel have no row: they are the rest of all purchases.
_COHORTS_BY_CHANNEL = """
INSERT INTO thresholds_cohortcount
    (day, scope, channel, net, purchases, first_week_net, later, without_delivery)
{chosen},
by_channel AS (
    SELECT contact.purchase_id, contact.channel,
           sum(CASE WHEN contact.standing = 'net' THEN 1 ELSE 0 END) AS net,
           sum(CASE WHEN contact.standing = 'later' THEN 1 ELSE 0 END) AS later
    FROM tickets_interaction contact
    JOIN chosen ON chosen.id = contact.purchase_id
    WHERE contact.standing IN ('net', 'later')
    GROUP BY contact.purchase_id, contact.channel
)
SELECT scoped.clock_day, scoped.scope, by_channel.channel, by_channel.net, count(*), 0,
       sum(by_channel.later), 0
FROM scoped JOIN by_channel ON by_channel.purchase_id = scoped.id
GROUP BY scoped.clock_day, scoped.scope, by_channel.channel, by_channel.net
"""

_PRODUCTS = """
INSERT INTO thresholds_productcount (day, product_id, purchases, net)
{chosen},
sold AS (
    SELECT DISTINCT chosen.id, clock_day, line.product_id, net
    FROM chosen JOIN purchases_purchaseline line ON line.purchase_id = chosen.id
)
SELECT clock_day, product_id, count(*), sum(net) FROM sold GROUP BY clock_day, product_id
"""

_REASONS = """
INSERT INTO thresholds_reasoncount (day, scope, channel, reason_id, net)
{chosen},
contacts AS (
    SELECT contact.purchase_id, contact.channel, contact.reason_id
    FROM tickets_interaction contact
    JOIN chosen ON chosen.id = contact.purchase_id
    WHERE contact.standing = 'net'
),
spread AS (
    SELECT purchase_id, '' AS channel, reason_id FROM contacts
    UNION ALL
    SELECT purchase_id, channel, reason_id FROM contacts
)
SELECT scoped.clock_day, scoped.scope, spread.channel, spread.reason_id, count(*)
FROM scoped JOIN spread ON spread.purchase_id = scoped.id
GROUP BY scoped.clock_day, scoped.scope, spread.channel, spread.reason_id
"""

# A contact after the window is no first one and no repeat, but a trouble it follows was not solved.
# Contacts without a reason are a group of their own: nobody can say that they are about two things.
_CONTACTS = """
INSERT INTO thresholds_contactcount (day, scope, net, repeats, firsts, firsts_resolved)
{chosen},
placed AS (
    SELECT contact.purchase_id, contact.occurred_at, contact.standing, contact.outcome,
           row_number() OVER in_turn AS place,
           lag(contact.occurred_at) OVER in_turn AS before,
           lead(contact.occurred_at) OVER (
               PARTITION BY contact.purchase_id, coalesce(reason.parent_id, 0)
               ORDER BY contact.occurred_at, contact.id
           ) AS following
    FROM tickets_interaction contact
    JOIN chosen ON chosen.id = contact.purchase_id
    LEFT JOIN tickets_reason reason ON reason.id = contact.reason_id
    WHERE contact.standing IN ('net', 'later')
    WINDOW in_turn AS (
        PARTITION BY contact.purchase_id ORDER BY contact.occurred_at, contact.id
    )
),
told AS (
    SELECT purchase_id, count(*) AS net,
           sum(CASE WHEN {again} THEN 1 ELSE 0 END) AS repeats,
           sum(CASE WHEN place = 1 THEN 1 ELSE 0 END) AS firsts,
           sum(CASE WHEN place <> 1 OR outcome <> 'resolved' OR {followed} THEN 0 ELSE 1 END)
               AS firsts_resolved
    FROM placed WHERE standing = 'net' GROUP BY purchase_id
)
SELECT scoped.clock_day, scoped.scope, sum(told.net), sum(told.repeats), sum(told.firsts),
       sum(told.firsts_resolved)
FROM scoped JOIN told ON told.purchase_id = scoped.id
GROUP BY scoped.clock_day, scoped.scope
"""

_SCORES = """
INSERT INTO thresholds_scorecount (day, scope, score, ratings)
{chosen}
SELECT scoped.clock_day, scoped.scope, rating.score, count(*)
FROM scoped JOIN tickets_rating rating ON rating.purchase_id = scoped.id
GROUP BY scoped.clock_day, scoped.scope, rating.score
"""

COHORT_STATEMENTS = (_COHORTS, _COHORTS_BY_CHANNEL, _PRODUCTS, _REASONS, _CONTACTS, _SCORES)

RECEIVED_STATEMENT = """
INSERT INTO thresholds_receivedcount (day, channel, direction, received, without_reason)
SELECT %s, channel, direction, count(*), sum(CASE WHEN reason_id IS NULL THEN 1 ELSE 0 END)
FROM tickets_interaction
WHERE occurred_at >= %s AND occurred_at < %s AND superseded_at IS NULL
GROUP BY channel, direction
"""
