"""what the three-way check found

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-25 03:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'discrepancy',
        sa.Column('id', _NUMBER, nullable=False),
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('directory', sa.String(length=64), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('dn', sa.String(length=255), nullable=False),
        sa.Column('username', sa.String(length=255), nullable=False),
        sa.Column('person_id', _NUMBER, nullable=True),
        sa.Column('operation_id', _NUMBER, nullable=True),
        sa.Column('detail', sa.Text(), nullable=False),
        sa.Column('values', sa.JSON(), nullable=False),
        sa.Column('first_seen_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('last_seen_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('gone_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_discrepancy_operation_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_discrepancy_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_discrepancy')),
    )
    with op.batch_alter_table('discrepancy', schema=None) as batch_op:
        for column in ('kind', 'person_id', 'operation_id', 'gone_at'):
            batch_op.create_index(batch_op.f(f'ix_discrepancy_{column}'), [column], unique=False)


def downgrade():
    op.drop_table('discrepancy')
