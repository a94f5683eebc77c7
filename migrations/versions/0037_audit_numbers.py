"""PostgreSQL numbers the audit trail without gaps

Revision ID: 0037
Revises: 0036
Create Date: 2026-12-01 04:20:00.000000

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

# A sequence keeps the numbers of what was rolled back, and a gap looks as if a row had been taken out.
APPEND = """
CREATE OR REPLACE FUNCTION audit_append(
    new_at timestamptz, new_actor varchar, new_action varchar, new_subject varchar, new_reason text,
    new_before json, new_after json, new_text text
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    newest_id bigint;
    newest varchar;
BEGIN
    PERFORM pg_advisory_xact_lock(7201405);
    SELECT id, hash INTO newest_id, newest FROM audit_entry ORDER BY id DESC LIMIT 1;
    newest := coalesce(newest, repeat('0', 64));
    INSERT INTO audit_entry (id, at, actor, action, subject, reason, before, after, previous_hash, hash)
    VALUES (
        %s, new_at, new_actor, new_action, new_subject, new_reason, new_before, new_after,
        newest, encode(sha256(convert_to('["' || newest || '", ' || new_text, 'UTF8')), 'hex')
    );
END $$
"""
NUMBER = 'coalesce(newest_id, 0) + 1'
NUMBER_BEFORE = "nextval(pg_get_serial_sequence('audit_entry', 'id'))"
CAUGHT_UP = "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), (SELECT max(id) FROM audit_entry))"


def upgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(APPEND % NUMBER)


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(APPEND % NUMBER_BEFORE)
        op.execute(CAUGHT_UP)
