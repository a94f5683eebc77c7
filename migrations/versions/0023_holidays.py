"""holidays

Revision ID: 0023
Revises: 0022
Create Date: 2026-11-29 01:55:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('holiday',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('words', sa.String(length=255), nullable=False),
    sa.Column('is_free', sa.Boolean(), nullable=False),
    sa.Column('set_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday'))
    )


def downgrade():
    op.drop_table('holiday')
