"""reminders of HR about corrections and cases too

Revision ID: 0030
Revises: 0029
Create Date: 2026-11-29 06:40:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subject', sa.String(length=64), server_default='', nullable=False))
    op.execute(sa.text("UPDATE escalation SET subject = 'request:' || CAST(request_id AS VARCHAR(20))"))
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_escalation_request_id'), type_='unique')
        batch_op.drop_constraint(op.f('fk_escalation_request_id'), type_='foreignkey')
        batch_op.drop_column('request_id')
        batch_op.alter_column('subject', existing_type=sa.String(length=64), server_default=None)
        batch_op.create_unique_constraint(op.f('uq_escalation_subject'), ['subject', 'party', 'due_at', 'stage'])


def downgrade():
    op.execute(sa.text("DELETE FROM escalation WHERE subject NOT LIKE 'request:%'"))
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('request_id', _NUMBER, nullable=True))
    op.execute(sa.text("UPDATE escalation SET request_id = CAST(substr(subject, 9) AS BIGINT)"))
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_escalation_subject'), type_='unique')
        batch_op.drop_column('subject')
        batch_op.alter_column('request_id', existing_type=_NUMBER, nullable=False)
        batch_op.create_foreign_key(op.f('fk_escalation_request_id'), 'permanent_request', ['request_id'], ['id'])
        batch_op.create_unique_constraint(
            op.f('uq_escalation_request_id'), ['request_id', 'party', 'due_at', 'stage']
        )
