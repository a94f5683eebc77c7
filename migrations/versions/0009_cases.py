"""cases and verdicts

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-25 04:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table(
        'case',
        sa.Column('id', _NUMBER, nullable=False),
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('source', sa.String(length=64), nullable=True),
        sa.Column('national_code', sa.String(length=64), nullable=True),
        sa.Column('personnel_number', sa.String(length=64), nullable=True),
        sa.Column('person_name', sa.String(length=255), nullable=False),
        sa.Column('entry_uuids', sa.JSON(), nullable=False),
        sa.Column('tier', sa.String(length=64), nullable=True),
        sa.Column('state', sa.String(length=64), nullable=False),
        sa.Column('taken_by', sa.String(length=64), nullable=False),
        sa.Column('taken_at', _MOMENT, nullable=True),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('opened_run', _NUMBER, nullable=False),
        sa.Column('opened_at', _MOMENT, nullable=False),
        sa.Column('last_run', _NUMBER, nullable=False),
        sa.Column('last_row', sa.Integer(), nullable=False),
        sa.Column('verdict', sa.String(length=64), nullable=False),
        sa.Column('reason', sa.String(length=64), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('effects', sa.JSON(), nullable=False),
        sa.Column('decided_by', sa.String(length=64), nullable=False),
        sa.Column('decided_at', _MOMENT, nullable=True),
        sa.Column('reopened', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['last_run'], ['run.id'], name=op.f('fk_case_last_run')),
        sa.ForeignKeyConstraint(['opened_run'], ['run.id'], name=op.f('fk_case_opened_run')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
        sa.UniqueConstraint('kind', 'key', name=op.f('uq_case_kind')),
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        for column in ('source', 'national_code', 'state', 'taken_by', 'opened_at'):
            batch_op.create_index(batch_op.f(f'ix_case_{column}'), [column], unique=False)
    op.create_table(
        'verdict',
        sa.Column('id', _NUMBER, nullable=False),
        sa.Column('case_id', _NUMBER, nullable=False),
        sa.Column('word', sa.String(length=64), nullable=False),
        sa.Column('id_type', sa.String(length=64), nullable=False),
        sa.Column('national_code', sa.String(length=64), nullable=False),
        sa.Column('entry_uuid', sa.String(length=64), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('at', _MOMENT, nullable=False),
        sa.Column('ended_at', _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_verdict_case_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict')),
    )
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verdict_case_id'), ['case_id'], unique=False)


def downgrade():
    op.drop_table('verdict')
    op.drop_table('case')
