"""a number to be told through while an inquiry is not possible

Revision ID: 0035
Revises: 0034
Create Date: 2026-11-30 06:40:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('registration') as table:
        table.add_column(sa.Column('contact_mobile', sa.String(length=64), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('registration') as table:
        table.drop_column('contact_mobile')
