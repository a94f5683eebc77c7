"""index of HR's rows

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-28 14:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    # The worker reads the accepted files in again.
    op.execute('DELETE FROM hr_row')
    with op.batch_alter_table('hr_row', schema=None) as batch_op:
        batch_op.add_column(sa.Column('content', sa.BigInteger(), nullable=False))
        batch_op.drop_index(batch_op.f('ix_hr_row_personnel_number'))
        batch_op.drop_index(batch_op.f('ix_hr_row_snapshot_id'))
        batch_op.drop_index(batch_op.f('ix_hr_row_source'))

    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('indexed', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.drop_column('indexed')

    with op.batch_alter_table('hr_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hr_row_source'), ['source'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_snapshot_id'), ['snapshot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_personnel_number'), ['personnel_number'], unique=False)
        batch_op.drop_column('content')
