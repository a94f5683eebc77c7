"""Getting past the fences of the audit trail, as somebody with the database's own password could."""

import sqlalchemy as sa


def drop_guard(connection: sa.Connection) -> None:
    """Let this transaction change and delete rows of the audit trail; on SQLite the guards are gone for good."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
