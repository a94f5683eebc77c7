"""correction requests

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-28 23:28:31.402718

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)
_INDEXED = ('account_id', 'person_id', 'source', 'state')


def upgrade():
    op.create_table('correction_request',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('account_id', _NUMBER, nullable=False),
    sa.Column('person_id', _NUMBER, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(length=255), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('proof', sa.Text(), nullable=False),
    sa.Column('proof_kind', sa.String(length=64), nullable=False),
    sa.Column('proof_name', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('decided_at', _MOMENT, nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_correction_request_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_correction_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_request'))
    )
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        for name in _INDEXED:
            batch_op.create_index(batch_op.f(f'ix_correction_request_{name}'), [name], unique=False)


def downgrade():
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        for name in reversed(_INDEXED):
            batch_op.drop_index(batch_op.f(f'ix_correction_request_{name}'))
    op.drop_table('correction_request')
