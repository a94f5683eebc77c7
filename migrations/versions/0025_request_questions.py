"""questions about requests

Revision ID: 0025
Revises: 0024
Create Date: 2026-11-29 02:02:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('request_question',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('request_id', _NUMBER, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('asked_at', _MOMENT, nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', _MOMENT, nullable=True),
    sa.Column('read_by', sa.String(length=64), nullable=False),
    sa.Column('read_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['permanent_request.id'], name=op.f('fk_request_question_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_question'))
    )
    with op.batch_alter_table('request_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_question_request_id'), ['request_id'], unique=False)
    with op.batch_alter_table('permanent_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_by', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('taken_at', _MOMENT, nullable=True))


def downgrade():
    with op.batch_alter_table('permanent_request', schema=None) as batch_op:
        batch_op.drop_column('taken_at')
        batch_op.drop_column('taken_by')
    op.drop_table('request_question')
