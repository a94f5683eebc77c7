"""names found by their consonants

Revision ID: 0028
Revises: 0027
Create Date: 2026-11-29 06:10:00.000000

"""
from alembic import op
import sqlalchemy as sa

from backoffice.rules.person_keys import keys_of
from backoffice.rules.text import n2


# revision identifiers, used by Alembic.
revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

_KEY = sa.String(length=255).with_variant(sa.String(length=255, collation='C'), 'postgresql')
_COLUMNS = ('skeleton', 'skeleton_last_first')
_BATCH = 5000


def upgrade():
    with op.batch_alter_table('person', schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.add_column(sa.Column(name, _KEY, server_default='', nullable=False))
            batch_op.create_index(batch_op.f(f'ix_person_{name}'), [name], unique=False)
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_personal_email'), ['personal_email'], unique=False)
    _fill()


def _fill():
    """Make the keys of everybody who is in the register already."""
    person = sa.table('person', *map(sa.column, ('id', 'first_name', 'last_name', 'full_name', *_COLUMNS)))
    connection, last = op.get_bind(), 0
    put = sa.update(person).where(person.c.id == sa.bindparam('number'))
    put = put.values({name: sa.bindparam(f'new_{name}') for name in _COLUMNS})
    part = sa.select(person.c.id, person.c.first_name, person.c.last_name, person.c.full_name).order_by(person.c.id)
    while rows := connection.execute(part.where(person.c.id > last).limit(_BATCH)).all():
        keys = [keys_of(*map(n2, row[1:])) for row in rows]
        filled = zip(rows, keys)
        connection.execute(put, [
            {'number': row.id, **{f'new_{name}': key[name] for name in _COLUMNS}} for row, key in filled
        ])
        last = rows[-1].id


def downgrade():
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_personal_email'))
    with op.batch_alter_table('person', schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.drop_index(batch_op.f(f'ix_person_{name}'))
            batch_op.drop_column(name)
