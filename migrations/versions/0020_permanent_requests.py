"""permanent requests

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-28 22:21:38.687260

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)
_KEY = sa.String(length=255).with_variant(sa.String(length=255, collation='C'), 'postgresql')
_LIVE = sa.text(
    "state IN ('submitted', 'waiting_source', 'waiting_sync', 'waiting_mailbox', 'needs_review', 'approved', "
    "'provisioning', 'failed', 'done')"
)


def upgrade():
    op.create_table('permanent_request',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('tracking_code', _KEY, nullable=False),
    sa.Column('account_id', _NUMBER, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('waits_for', sa.String(length=64), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('username', _KEY, nullable=False),
    sa.Column('mailbox', sa.String(length=255), nullable=False),
    sa.Column('mailbox_secret', sa.Text(), nullable=False),
    sa.Column('mailbox_proved_at', _MOMENT, nullable=True),
    sa.Column('secret_erased_at', _MOMENT, nullable=True),
    sa.Column('rule', sa.String(length=64), nullable=False),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.Column('decided_at', _MOMENT, nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('judged_at', _MOMENT, nullable=True),
    sa.Column('due_at', _MOMENT, nullable=True),
    sa.Column('finished_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_permanent_request_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_permanent_request')),
    sa.UniqueConstraint('tracking_code', name=op.f('uq_permanent_request_tracking_code'))
    )
    with op.batch_alter_table('permanent_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_permanent_request_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_permanent_request_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_permanent_request_live', ['account_id'], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.create_index(batch_op.f('ix_permanent_request_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_permanent_request_username'), ['username'], unique=False)

    op.create_table('user_name',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('name', _KEY, nullable=False),
    sa.Column('look', _KEY, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('request_id', _NUMBER, nullable=True),
    sa.Column('since', _MOMENT, nullable=False),
    sa.Column('until', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['permanent_request.id'], name=op.f('fk_user_name_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_name')),
    sa.UniqueConstraint('name', name=op.f('uq_user_name_name'))
    )
    with op.batch_alter_table('user_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_name_look'), ['look'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_name_request_id'), ['request_id'], unique=False)



def downgrade():
    with op.batch_alter_table('user_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_name_request_id'))
        batch_op.drop_index(batch_op.f('ix_user_name_look'))

    op.drop_table('user_name')
    with op.batch_alter_table('permanent_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_permanent_request_username'))
        batch_op.drop_index(batch_op.f('ix_permanent_request_state'))
        batch_op.drop_index('ix_permanent_request_live', sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(batch_op.f('ix_permanent_request_created_at'))
        batch_op.drop_index(batch_op.f('ix_permanent_request_account_id'))

    op.drop_table('permanent_request')
