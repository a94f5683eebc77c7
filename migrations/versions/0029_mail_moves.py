"""mail moves, their folders and messages

Revision ID: 0029
Revises: 0028
Create Date: 2026-11-29 06:10:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)
_KEY = sa.String(length=255).with_variant(sa.String(length=255, collation='C'), 'postgresql')


def _numbers(*names):
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade():
    op.create_table('mail_move',
    sa.Column('id', _ID, nullable=False),
    sa.Column('request_id', _ID, nullable=False),
    sa.Column('operation_id', _ID, nullable=True),
    sa.Column('old_name', _KEY, nullable=False),
    sa.Column('new_name', _KEY, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('failure', sa.String(length=64), nullable=False),
    *_numbers('messages', 'size', 'messages_done', 'size_done', 'refused', 'speed'),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('started_at', _MOMENT, nullable=True),
    sa.Column('paused_at', _MOMENT, nullable=True),
    sa.Column('asked_at', _MOMENT, nullable=True),
    sa.Column('delivered_at', _MOMENT, nullable=True),
    sa.Column('verified_at', _MOMENT, nullable=True),
    sa.Column('finished_at', _MOMENT, nullable=True),
    sa.Column('credentials_erased_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['permanent_request.id'], name=op.f('fk_mail_move_request_id')),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_mail_move_operation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_move')),
    sa.UniqueConstraint('request_id', name=op.f('uq_mail_move_request_id'))
    )
    with op.batch_alter_table('mail_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_move_old_name'), ['old_name'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_move_state'), ['state'], unique=False)
    op.create_table('move_folder',
    sa.Column('id', _ID, nullable=False),
    sa.Column('move_id', _ID, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('phase', sa.String(length=64), nullable=False),
    *_numbers('validity', 'target_validity', 'first_fence', 'fence', 'messages', 'size', 'messages_done', 'size_done',
              'refused', 'doubled'),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['move_id'], ['mail_move.id'], name=op.f('fk_move_folder_move_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_folder')),
    sa.UniqueConstraint('move_id', 'name', name=op.f('uq_move_folder_move_id'))
    )
    with op.batch_alter_table('move_folder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_move_folder_move_id'), ['move_id'], unique=False)
    op.create_table('moved_message',
    sa.Column('id', _ID, nullable=False),
    sa.Column('folder_id', _ID, nullable=False),
    *_numbers('validity', 'uid'),
    sa.Column('target_uid', sa.BigInteger(), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('flags', sa.Text(), nullable=False),
    sa.Column('date', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['folder_id'], ['move_folder.id'], name=op.f('fk_moved_message_folder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moved_message')),
    sa.UniqueConstraint('folder_id', 'validity', 'uid', name=op.f('uq_moved_message_folder_id'))
    )


def downgrade():
    op.drop_table('moved_message')
    op.drop_table('move_folder')
    op.drop_table('mail_move')
