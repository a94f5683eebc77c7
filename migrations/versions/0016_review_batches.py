"""review batches

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-28 17:56:02.114870

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('review_batch',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('tier', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('accepted_by', sa.String(length=64), nullable=False),
    sa.Column('accepted_at', _MOMENT, nullable=False),
    sa.Column('pairs', sa.Integer(), nullable=False),
    sa.Column('undone_by', sa.String(length=64), nullable=False),
    sa.Column('undone_at', _MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_batch'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('at_random', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', _NUMBER, nullable=True))
        batch_op.create_index(batch_op.f('ix_verdict_batch_id'), ['batch_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_verdict_batch_id'), 'review_batch', ['batch_id'], ['id'])


def downgrade():
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_verdict_batch_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_verdict_batch_id'))
        batch_op.drop_column('batch_id')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('at_random')
    op.drop_table('review_batch')
