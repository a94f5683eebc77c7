"""history of reminders, proposals of purges

Revision ID: 0027
Revises: 0026
Create Date: 2026-11-29 02:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('why', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sms_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('mail_id', sa.BigInteger(), nullable=True))
    op.execute(sa.text("UPDATE reminder SET why = 'missed' WHERE NOT sent"))
    op.create_table('purge_proposal',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('account_id', _NUMBER, nullable=False),
    sa.Column('expires_at', _MOMENT, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('proposed_at', _MOMENT, nullable=False),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.Column('decided_at', _MOMENT, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_purge_proposal_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purge_proposal')),
    sa.UniqueConstraint('account_id', 'expires_at', name=op.f('uq_purge_proposal_account_id'))
    )
    with op.batch_alter_table('purge_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_purge_proposal_state'), ['state'], unique=False)


def downgrade():
    op.drop_table('purge_proposal')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_column('mail_id')
        batch_op.drop_column('sms_id')
        batch_op.drop_column('why')
