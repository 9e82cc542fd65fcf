"""Edits of drafts, the edit that a decision was made with, and when a review was made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_edits",
        sa.Column("review_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("editor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"]),
        sa.PrimaryKeyConstraint("review_id", "number"),
    )
    op.add_column("decisions", sa.Column("draft_edit", sa.Integer(), nullable=True))
    # a column that must not be empty needs a value for the rows that are there, and then each row has its own
    never = sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00")
    op.add_column("reviews", never)
    op.execute("UPDATE reviews SET made_at = as_of")


def downgrade() -> None:
    op.drop_column("reviews", "made_at")
    op.drop_column("decisions", "draft_edit")
    op.drop_table("draft_edits")
