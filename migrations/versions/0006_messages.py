"""messages, questions to HR, and since when somebody has been away

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-25 04:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'message',
        sa.Column('id', ID, nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('channel', sa.String(length=64), nullable=False),
        sa.Column('address', sa.String(length=255), nullable=False),
        sa.Column('template', sa.String(length=64), nullable=False),
        sa.Column('language', sa.String(length=64), nullable=False),
        sa.Column('params', sa.JSON(), nullable=False),
        sa.Column('person_id', ID, nullable=True),
        sa.Column('entry_uuid', sa.String(length=64), nullable=False),
        sa.Column('about', sa.String(length=255), nullable=False),
        sa.Column('lock_on', sa.String(length=64), nullable=False),
        sa.Column('state', sa.String(length=64), nullable=False),
        sa.Column('gateway_number', sa.String(length=255), nullable=False),
        sa.Column('operation_id', ID, nullable=False),
        sa.Column('created_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('delivered_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_message_operation_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
        sa.UniqueConstraint('key', name=op.f('uq_message_key')),
        sa.UniqueConstraint('operation_id', name=op.f('uq_message_operation_id')),
    )
    for column in ('person_id', 'entry_uuid', 'created_at'):
        op.create_index(op.f(f'ix_message_{column}'), 'message', [column], unique=False)
    op.create_table(
        'question',
        sa.Column('id', ID, nullable=False),
        sa.Column('source', sa.String(length=64), nullable=False),
        sa.Column('person_id', ID, nullable=True),
        sa.Column('entry_uuid', sa.String(length=64), nullable=False),
        sa.Column('dn', sa.String(length=255), nullable=False),
        sa.Column('about', sa.String(length=255), nullable=False),
        sa.Column('operation_id', ID, nullable=False),
        sa.Column('asked_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('asked_by', sa.String(length=64), nullable=False),
        sa.Column('answer', sa.String(length=64), nullable=False),
        sa.Column('answered_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('answered_by', sa.String(length=64), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('closed_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_question_operation_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_question_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
        sa.UniqueConstraint('operation_id', name=op.f('uq_question_operation_id')),
    )
    for column in ('source', 'person_id', 'entry_uuid'):
        op.create_index(op.f(f'ix_question_{column}'), 'question', [column], unique=False)
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('away_as', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(
            sa.Column('away_since', backoffice.models.types.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade():
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.drop_column('away_since')
        batch_op.drop_column('away_as')
    op.drop_table('question')
    op.drop_table('message')
