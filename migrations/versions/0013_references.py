"""attempts of another registration site have a reference

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-28 14:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

_KEY = sa.String(length=255).with_variant(sa.String(length=255, collation='C'), 'postgresql')


def upgrade():
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reference', _KEY, nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_registration_reference'), ['reference'])


def downgrade():
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_registration_reference'), type_='unique')
        batch_op.drop_column('reference')
