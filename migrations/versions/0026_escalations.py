"""reminders of HR and IT

Revision ID: 0026
Revises: 0025
Create Date: 2026-11-29 02:20:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('escalation',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('request_id', _NUMBER, nullable=False),
    sa.Column('party', sa.String(length=64), nullable=False),
    sa.Column('due_at', _MOMENT, nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('mails', sa.Integer(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['permanent_request.id'], name=op.f('fk_escalation_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation')),
    sa.UniqueConstraint('request_id', 'party', 'due_at', 'stage', name=op.f('uq_escalation_request_id'))
    )
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail', sa.String(length=255), server_default='', nullable=False))


def downgrade():
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.drop_column('mail')
    op.drop_table('escalation')
