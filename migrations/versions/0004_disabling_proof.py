"""proofs that a disabled account cannot log in

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-25 03:25:00.000000

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'disabling_proof',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('directory', sa.String(length=64), nullable=False),
        sa.Column('method', sa.String(length=64), nullable=False),
        sa.Column('proved', sa.Boolean(), nullable=False),
        sa.Column('detail', sa.Text(), nullable=False),
        sa.Column('values', sa.JSON(), nullable=False),
        sa.Column('at', backoffice.models.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_disabling_proof')),
    )


def downgrade():
    op.drop_table('disabling_proof')
