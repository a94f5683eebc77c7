"""operations keep how they ended, what they made, and whose undo they are

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25 03:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'trust_level',
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('source', sa.String(length=64), nullable=False),
        sa.Column('level', sa.String(length=64), nullable=False),
        sa.Column('set_at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('set_by', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'source', name=op.f('pk_trust_level')),
    )
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outcome', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('undo_of', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('changes', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('version', sa.String(length=255), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('values', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('requested_by', sa.String(length=64), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_operation_run_id'), 'run', ['run_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_operation_undo_of'), 'operation', ['undo_of'], ['id'])
        batch_op.create_index(batch_op.f('ix_operation_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_operation_undo_of'), ['undo_of'], unique=False)


def downgrade():
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_operation_undo_of'))
        batch_op.drop_index(batch_op.f('ix_operation_run_id'))
        batch_op.drop_constraint(batch_op.f('fk_operation_undo_of'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_operation_run_id'), type_='foreignkey')
        for name in ('requested_by', 'values', 'version', 'changes', 'undo_of', 'run_id', 'outcome'):
            batch_op.drop_column(name)
    op.drop_table('trust_level')
