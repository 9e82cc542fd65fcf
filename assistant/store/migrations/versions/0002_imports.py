"""Runs of imports, and entities without row ids."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    _remake_entities(with_row_ids=False)


def downgrade() -> None:
    _remake_entities(with_row_ids=True)
    op.drop_table("imports")


def _remake_entities(*, with_row_ids: bool) -> None:
    """Only SQLite has row ids, and only a new table can be without them."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("entities", recreate="always", table_kwargs={"sqlite_with_rowid": with_row_ids}):
            pass
