"""Local accounts and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment, person = sa.DateTime(timezone=True), sa.String(length=120)
    op.create_table(
        "people",
        sa.Column("name", person, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("change", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", moment, nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", person, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["name"], ["people.name"]),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("people")
