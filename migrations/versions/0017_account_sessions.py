"""sessions of accounts

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-28 22:31:40.118270

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    with op.batch_alter_table('web_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', _NUMBER, nullable=True))
        batch_op.create_index(batch_op.f('ix_web_session_account_id'), ['account_id'], unique=False)
        batch_op.create_foreign_key(
            batch_op.f('fk_web_session_account_id'), 'account', ['account_id'], ['id'], ondelete='CASCADE'
        )


def downgrade():
    with op.batch_alter_table('web_session', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_web_session_account_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_web_session_account_id'))
        batch_op.drop_column('account_id')
