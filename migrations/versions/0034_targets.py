"""what managers want to reach

Revision ID: 0034
Revises: 0033
Create Date: 2026-11-29 17:55:00.000000

"""
from alembic import op
import sqlalchemy as sa

from backoffice.models.types import UtcDateTime


# revision identifiers, used by Alembic.
revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'target',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('set_at', UtcDateTime(), nullable=False),
        sa.Column('set_by', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_target')),
    )


def downgrade():
    op.drop_table('target')
