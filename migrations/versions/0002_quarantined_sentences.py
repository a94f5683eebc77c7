"""quarantined rows keep their sentence and its places

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23 08:30:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('quarantined_row', schema=None) as batch_op:
        batch_op.add_column(sa.Column('message', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('params', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    with op.batch_alter_table('quarantined_row', schema=None) as batch_op:
        batch_op.drop_column('params')
        batch_op.drop_column('message')
