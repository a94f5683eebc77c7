"""PostgreSQL chains the audit trail in one statement

Revision ID: 0036
Revises: 0035
Create Date: 2026-11-30 11:10:00.000000

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

# Each statement of a volatile function sees what was committed before it began, so the newest row is looked for after
# the turn has come.
APPEND = """
CREATE FUNCTION audit_append(
    new_at timestamptz, new_actor varchar, new_action varchar, new_subject varchar, new_reason text,
    new_before json, new_after json, new_text text
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    newest varchar;
BEGIN
    PERFORM pg_advisory_xact_lock(7201405);
    SELECT hash INTO newest FROM audit_entry ORDER BY id DESC LIMIT 1;
    newest := coalesce(newest, repeat('0', 64));
    INSERT INTO audit_entry (at, actor, action, subject, reason, before, after, previous_hash, hash)
    VALUES (
        new_at, new_actor, new_action, new_subject, new_reason, new_before, new_after, newest,
        encode(sha256(convert_to('["' || newest || '", ' || new_text, 'UTF8')), 'hex')
    );
END $$
"""


def upgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(APPEND)


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_append')
