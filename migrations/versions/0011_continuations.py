"""continuations

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-28 13:35:10.120331

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)


def upgrade():
    op.create_table('continuation',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('registration_id', _NUMBER, nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('expires_at', _MOMENT, nullable=False),
    sa.Column('ended_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_continuation_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_continuation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_continuation_token_hash'))
    )
    with op.batch_alter_table('continuation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_continuation_registration_id'), ['registration_id'], unique=False)


def downgrade():
    op.drop_table('continuation')
