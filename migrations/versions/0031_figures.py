"""figures for managers, and when a registration passed its steps

Revision ID: 0031
Revises: 0030
Create Date: 2026-11-29 10:20:00.000000

"""
from alembic import op
import sqlalchemy as sa

from backoffice.models.types import UtcDateTime


# revision identifiers, used by Alembic.
revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'figure',
        sa.Column('id', _NUMBER, nullable=False),
        sa.Column('dimension', sa.String(length=64), nullable=False),
        sa.Column('value', sa.String(length=255), nullable=False),
        sa.Column('month', sa.Integer(), nullable=False),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=64), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('shown', sa.Boolean(), nullable=False),
        sa.Column('times', sa.JSON(), nullable=False),
        sa.Column('as_of', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_figure')),
    )
    op.create_index('ix_figure_group', 'figure', ['dimension', 'value', 'month'], unique=False)
    op.create_table(
        'daily_figure',
        sa.Column('day', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('day', 'name', name=op.f('pk_daily_figure')),
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('identity_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('verified_at', UtcDateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_column('verified_at')
        batch_op.drop_column('identity_at')
    op.drop_table('daily_figure')
    op.drop_index('ix_figure_group', table_name='figure')
    op.drop_table('figure')
