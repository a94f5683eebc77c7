"""runs keep what their limits were counted from

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-25 04:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('basis', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('planned_action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit', sa.Text(), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('planned_action', schema=None) as batch_op:
        batch_op.drop_column('unit')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_column('basis')
