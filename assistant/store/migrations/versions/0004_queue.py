"""The queue as a table of its own, claims, skips, saved views, what stood before a decision, and undone ones."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ORDER = ["tier", "rank", "case_id"]
REST = ["kind", "band", "amount", "opened_at"]
# the last decision only passed the case on, and nothing turned out yet
STILL_WAITS = """
    status = 'decided' AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.case_id = cases.case_id)
    AND 'escalate' = (SELECT action FROM decisions WHERE decisions.case_id = cases.case_id ORDER BY seq DESC LIMIT 1)
"""


def upgrade() -> None:
    moment, person = sa.DateTime(timezone=True), sa.String(length=120)
    op.create_table(
        "queue",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=12), nullable=False),
        sa.Column("country", sa.String(length=40), nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("assignee", person, nullable=True),
        sa.Column("wake_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "claims",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("reviewer", person, nullable=False),
        sa.Column("claimed_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "skips",
        sa.Column("reviewer", person, nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("reviewer", "case_id"),
    )
    op.create_table(
        "views",
        sa.Column("reviewer", person, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("reviewer", "name"),
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "decision_contexts",
        sa.Column("decision", number, autoincrement=False, nullable=False),
        sa.Column("policy_action", sa.String(length=40), nullable=True),
        sa.Column("draft_action", sa.String(length=40), nullable=True),
        sa.Column("override", sa.String(length=80), nullable=False),
        sa.Column("override_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decisions.seq"]),
        sa.PrimaryKeyConstraint("decision"),
    )
    op.create_table(
        "undone_decisions",
        sa.Column("decision", number, autoincrement=False, nullable=False),
        sa.Column("actor", person, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decisions.seq"]),
        sa.PrimaryKeyConstraint("decision"),
    )
    op.execute(f"UPDATE cases SET status = 'escalated' WHERE {STILL_WAITS}")
    # when it is due, where it comes from and how much is at stake are worked out when the home folder is opened
    op.execute(
        "INSERT INTO queue (case_id, status, tier, rank, kind, band, opened_at) "
        "SELECT cases.case_id, status, 1, -queue_key, kind, band, opened_at FROM cases "
        "JOIN scores ON scores.case_id = cases.case_id WHERE status IN ('open', 'escalated')"
    )
    op.create_index("queue_in_order", "queue", ["status", *ORDER, *REST])
    op.create_index("queue_by_kind", "queue", ["kind"])
    op.create_index("queue_by_country", "queue", ["country", "status", *ORDER, *REST])
    op.create_index("queue_by_assignee", "queue", ["assignee", "status", *ORDER])
    op.create_index("queue_by_due_time", "queue", ["tier", "due_at"])
    op.create_index("queue_by_waking_time", "queue", ["wake_at"])
    op.create_index("skips_by_case", "skips", ["case_id"])
    op.drop_index("scores_by_queue_key", "scores")


def downgrade() -> None:
    op.create_index("scores_by_queue_key", "scores", ["queue_key"])
    op.execute("UPDATE cases SET status = 'decided' WHERE status = 'escalated'")
    op.drop_table("decision_contexts")
    undone = list(op.get_bind().execute(sa.text("SELECT decision FROM undone_decisions")).scalars())
    op.drop_table("undone_decisions")
    for seq in undone:  # before, a row was a decision that stands
        op.get_bind().execute(sa.text("DELETE FROM decisions WHERE seq = :seq"), {"seq": seq})
    for name in ("views", "skips", "claims", "queue"):
        op.drop_table(name)
