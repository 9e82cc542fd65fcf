"""Handles, by which people find a case, and the questions to the support desk."""

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from assistant.case import Case, Fact
from assistant.handles import handles_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 2000


def upgrade() -> None:
    moment, case = sa.DateTime(timezone=True), sa.String(length=120)
    op.create_table(
        "handles",
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("case_id", case, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("type", "key", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "questions",
        sa.Column("question_id", sa.String(length=40), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("actor", case, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("case_id", case, nullable=True),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("thumb", sa.Integer(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("question_id"),
    )
    handles = sa.table("handles", sa.column("type"), sa.column("key"), sa.column("case_id"))
    for cases in _cases():
        rows = [
            {"type": one.type, "key": one.key, "case_id": case.case_id} for case in cases for one in handles_of(case)
        ]
        if rows:
            op.bulk_insert(handles, rows)
    op.create_index("handles_by_case", "handles", ["case_id"])
    op.create_index("ix_questions_case_id", "questions", ["case_id"])
    op.create_index("questions_by_time", "questions", ["at"])


def downgrade() -> None:
    op.drop_table("questions")
    op.drop_table("handles")


def _cases() -> Iterator[list[Case]]:
    """What is there already, in portions; only what handles are made of."""
    sources = sa.table("sources", sa.column("source"), sa.column("columns", sa.JSON))
    cases = sa.table(
        "cases", *(sa.column(name) for name in ("case_id", "source", "amount_minor", "currency")),
        sa.column("facts", sa.JSON),
    )  # fmt: skip
    connection = op.get_bind()
    columns = {row.source: row.columns for row in connection.execute(sa.select(sources))}
    last = ""
    while rows := connection.execute(
        sa.select(cases).where(cases.c.case_id > last).order_by(cases.c.case_id).limit(AT_ONCE)
    ).all():
        last = rows[-1].case_id
        yield [
            Case.model_construct(
                case_id=row.case_id,
                source=row.source,
                kind="",
                opened_at=datetime.min.replace(tzinfo=UTC),
                amount_minor=row.amount_minor,
                currency=row.currency,
                facts=tuple(
                    Fact.model_construct(name=name, role=columns[row.source][name][0], phrase="", value=value)
                    for name, value in row.facts
                ),
            )
            for row in rows
        ]
