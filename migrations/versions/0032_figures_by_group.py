"""the figures of a group and month in one row

Revision ID: 0032
Revises: 0031
Create Date: 2026-11-29 12:45:00.000000

"""
from alembic import op
import sqlalchemy as sa

from backoffice.models.types import UtcDateTime


# revision identifiers, used by Alembic.
revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    # What is in it is counted anew every quarter of an hour.
    op.drop_index('ix_figure_group', table_name='figure')
    op.drop_table('figure')
    op.create_table(
        'figure',
        sa.Column('dimension', sa.String(length=64), nullable=False),
        sa.Column('value', sa.String(length=255), nullable=False),
        sa.Column('month', sa.Integer(), nullable=False),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('shown', sa.Boolean(), nullable=False),
        sa.Column('cells', sa.JSON(), nullable=False),
        sa.Column('as_of', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('dimension', 'value', 'month', 'months', name=op.f('pk_figure')),
    )
    op.create_index('ix_figure_shown', 'figure', ['shown', 'dimension', 'value'], unique=False)


def downgrade():
    op.drop_index('ix_figure_shown', table_name='figure')
    op.drop_table('figure')
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
