"""reminders

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-28 23:36:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('reminder',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('account_id', _NUMBER, nullable=False),
    sa.Column('expires_at', _MOMENT, nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('sent', sa.Boolean(), nullable=False),
    sa.Column('at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reminder_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('account_id', 'expires_at', 'stage', name=op.f('uq_reminder_account_id'))
    )


def downgrade():
    op.drop_table('reminder')
