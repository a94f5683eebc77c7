"""who wants the weekly figures by mail

Revision ID: 0033
Revises: 0032
Create Date: 2026-11-29 13:15:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('staff') as table:
        table.add_column(sa.Column('digest', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('digest_week', sa.String(length=64), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('staff') as table:
        table.drop_column('digest_week')
        table.drop_column('digest')
