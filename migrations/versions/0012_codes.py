"""one count for each subject; whom a code is for

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-28 13:50:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def _rate_count(*key):
    # Counts last a day at most: the table is made anew, its rows are not worth keeping.
    op.drop_table('rate_count')
    op.create_table('rate_count',
    sa.Column('subject', sa.String(length=128), nullable=False),
    sa.Column('window_ends', _MOMENT, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint(*key, name=op.f('pk_rate_count'))
    )


def upgrade():
    _rate_count('subject')
    with op.batch_alter_table('rate_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rate_count_window_ends'), ['window_ends'], unique=False)
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_key', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('language', sa.String(length=64), server_default='fa', nullable=False))


def downgrade():
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.drop_column('language')
        batch_op.drop_column('person_key')
    _rate_count('subject', 'window_ends')
