"""account batches

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-28 14:25:11.402713

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('account_batch',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('act', sa.String(length=64), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_batch'))
    )
    op.create_table('account_batch_row',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('batch_id', _NUMBER, nullable=False),
    sa.Column('account_id', _NUMBER, nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('operations', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_batch_row_account_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['account_batch.id'], name=op.f('fk_account_batch_row_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_batch_row'))
    )
    with op.batch_alter_table('account_batch_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_batch_row_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_batch_row_batch_id'), ['batch_id'], unique=False)


def downgrade():
    op.drop_table('account_batch_row')
    op.drop_table('account_batch')
