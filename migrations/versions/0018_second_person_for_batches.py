"""second person for batches

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-28 22:31:40.218354

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    with op.batch_alter_table('account_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waits_until', _MOMENT, nullable=True))
        batch_op.add_column(sa.Column('released_by', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('released_at', _MOMENT, nullable=True))


def downgrade():
    with op.batch_alter_table('account_batch', schema=None) as batch_op:
        batch_op.drop_column('released_at')
        batch_op.drop_column('released_by')
        batch_op.drop_column('waits_until')
