"""synchronised accounts

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-28 22:50:12.640385

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('synced_at', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('synced', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('synced')
        batch_op.drop_column('synced_at')
