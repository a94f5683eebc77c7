"""registrations

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-28 13:11:59.674422

"""
from alembic import op
import sqlalchemy as sa

import backoffice.models.types


# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MOMENT = backoffice.models.types.UtcDateTime(timezone=True)
_KEY = sa.String(length=255).with_variant(sa.String(length=255, collation='C'), 'postgresql')


def upgrade():
    op.create_table('rate_count',
    sa.Column('subject', sa.String(length=128), nullable=False),
    sa.Column('window_ends', _MOMENT, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'window_ends', name=op.f('pk_rate_count'))
    )
    op.create_table('account',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('person_id', _NUMBER, nullable=False),
    sa.Column('username', _KEY, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('entry_uuid', sa.String(length=64), nullable=False),
    sa.Column('dn', sa.String(length=255), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('personal_email', sa.String(length=255), nullable=False),
    sa.Column('language', sa.String(length=64), nullable=False),
    sa.Column('latin_first_name', sa.String(length=255), nullable=False),
    sa.Column('latin_last_name', sa.String(length=255), nullable=False),
    sa.Column('expires_at', _MOMENT, nullable=True),
    sa.Column('extensions', sa.Integer(), nullable=False),
    sa.Column('lock_reason', sa.Text(), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('ready_at', _MOMENT, nullable=True),
    sa.Column('locked_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_entry_uuid'), ['entry_uuid'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_mobile'), ['mobile'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_state'), ['state'], unique=False)

    op.create_table('hr_row',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('snapshot_id', _NUMBER, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('id_type', sa.String(length=64), nullable=False),
    sa.Column('national_code', _KEY, nullable=False),
    sa.Column('padded', sa.Boolean(), nullable=False),
    sa.Column('personnel_number', _KEY, nullable=False),
    sa.Column('birth_date', sa.String(length=64), nullable=False),
    sa.Column('name_key', _KEY, nullable=False),
    sa.Column('status_class', sa.String(length=64), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshot.id'], name=op.f('fk_hr_row_snapshot_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hr_row'))
    )
    with op.batch_alter_table('hr_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hr_row_birth_date'), ['birth_date'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_name_key'), ['name_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_national_code'), ['national_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_personnel_number'), ['personnel_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_snapshot_id'), ['snapshot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hr_row_source'), ['source'], unique=False)

    op.create_table('override',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('id_type', sa.String(length=64), nullable=False),
    sa.Column('national_code', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(length=255), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('case_id', _NUMBER, nullable=True),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('until', _MOMENT, nullable=False),
    sa.Column('ended_at', _MOMENT, nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_override_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_override'))
    )
    with op.batch_alter_table('override', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_override_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_override_national_code'), ['national_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_override_until'), ['until'], unique=False)

    op.create_table('registration',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('tracking_code', _KEY, nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=64), nullable=False),
    sa.Column('id_type', sa.String(length=64), nullable=False),
    sa.Column('national_code', sa.String(length=64), nullable=False),
    sa.Column('birth_date', sa.String(length=64), nullable=False),
    sa.Column('first_name', sa.String(length=255), nullable=False),
    sa.Column('last_name', sa.String(length=255), nullable=False),
    sa.Column('father_name', sa.String(length=255), nullable=False),
    sa.Column('personnel_number', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('causes', sa.JSON(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('latin_first_name', sa.String(length=255), nullable=False),
    sa.Column('latin_last_name', sa.String(length=255), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('personal_email', sa.String(length=255), nullable=False),
    sa.Column('password_sealed', sa.Text(), nullable=False),
    sa.Column('person_id', _NUMBER, nullable=True),
    sa.Column('case_id', _NUMBER, nullable=True),
    sa.Column('account_id', _NUMBER, nullable=True),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('updated_at', _MOMENT, nullable=False),
    sa.Column('finished_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_registration_account_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_registration_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_registration_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('tracking_code', name=op.f('uq_registration_tracking_code'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_mobile'), ['mobile'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_national_code'), ['national_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_state'), ['state'], unique=False)

    op.create_table('announcement',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('id_type', sa.String(length=64), nullable=False),
    sa.Column('national_code', _KEY, nullable=False),
    sa.Column('first_name', sa.String(length=255), nullable=False),
    sa.Column('last_name', sa.String(length=255), nullable=False),
    sa.Column('father_name', sa.String(length=255), nullable=False),
    sa.Column('birth_date', sa.String(length=64), nullable=False),
    sa.Column('start_date', sa.String(length=64), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('message_id', _NUMBER, nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('until', _MOMENT, nullable=False),
    sa.Column('ended_at', _MOMENT, nullable=True),
    sa.Column('end_reason', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_announcement_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_national_code'), ['national_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_source'), ['source'], unique=False)

    op.create_table('one_time_code',
    sa.Column('id', _NUMBER, nullable=False),
    sa.Column('purpose', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('mobile', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('message_id', _NUMBER, nullable=True),
    sa.Column('asked_at', _MOMENT, nullable=False),
    sa.Column('expires_at', _MOMENT, nullable=True),
    sa.Column('used_at', _MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_one_time_code_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_code'))
    )
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_code_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_one_time_code_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_one_time_code_newest', ['purpose', 'subject', 'id'], unique=False)

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', _NUMBER, nullable=True))
        batch_op.add_column(sa.Column('cause', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('contact_mobile', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('contact_at', _MOMENT, nullable=True))
        batch_op.alter_column('opened_run',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.alter_column('last_run',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.alter_column('last_row',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_case_cause'), ['cause'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_person_id'), ['person_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_case_person_id'), 'person', ['person_id'], ['id'])

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('secret', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('priority', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('secret', sa.Text(), server_default='', nullable=False))



def downgrade():
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.drop_column('secret')
        batch_op.drop_column('priority')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_column('secret')
        batch_op.drop_column('urgent')

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_case_person_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_case_person_id'))
        batch_op.drop_index(batch_op.f('ix_case_cause'))
        batch_op.alter_column('last_row',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.alter_column('last_run',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.alter_column('opened_run',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('contact_at')
        batch_op.drop_column('contact_mobile')
        batch_op.drop_column('cause')
        batch_op.drop_column('person_id')

    op.drop_table('one_time_code')
    op.drop_table('announcement')
    op.drop_table('registration')
    op.drop_table('override')
    op.drop_table('hr_row')
    op.drop_table('account')
    op.drop_table('rate_count')
