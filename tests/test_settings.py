"""Settings: where they come from and what is refused."""

from pathlib import Path

import pytest

from backoffice.settings import SettingsError, load


def test_environment_wins_over_file_over_toml_over_default(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'LDAP_URI = "ldap://toml"\nLDAP_BASE_DN = "dc=toml"\nldap_bind_dn = "cn=toml"\n'
    )
    secret = tmp_path / "dn"
    secret.write_text("cn=file\n")
    env = {
        "BACKOFFICE_INSTANCE": str(tmp_path),
        "BACKOFFICE_LDAP_URI": "ldap://environment",
        "BACKOFFICE_LDAP_BIND_DN_FILE": str(secret),
    }
    settings = load(environ=env)
    assert (settings.ldap_uri, settings.ldap_bind_dn, settings.ldap_base_dn) == (
        "ldap://environment",
        "cn=file",
        "dc=toml",
    )
    assert settings.language == "fa"


def test_every_fault_is_reported_at_once_without_values(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[policy]\nmode = "secret-a"\nwrong = 1\n[limits]\ndisable_min = "many"\n')
    with pytest.raises(SettingsError) as caught:
        load({"instance": tmp_path}, environ={})
    assert len(caught.value.faults) == 3
    assert "secret-a" not in str(caught.value)


def test_a_broken_toml_file_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[policy\n")
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        load({"instance": tmp_path}, environ={})


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    settings = load({"instance": tmp_path, "ldap_bind_password": "hunter22"}, environ={})
    assert "hunter22" not in repr(settings)


def test_a_shifted_clock_is_refused_in_service(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CLOCK_FILE"):
        load({"instance": tmp_path, "clock_file": "x", "base_url": "https://desk.example.ac.ir"}, environ={})


def test_without_sources_there_is_one_called_hr(tmp_path: Path) -> None:
    assert load({"instance": tmp_path}, environ={}).source(None).name == "hr"


def test_a_secret_may_be_in_a_file_that_settings_toml_names(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('ldap_bind_password_file = "ldap.password"\n')
    with pytest.raises(SettingsError, match="ldap_bind_password_file: No such file"):
        load({"instance": tmp_path}, environ={})
    (tmp_path / "ldap.password").write_text("open-sesame\n")
    assert load({"instance": tmp_path}, environ={}).ldap_bind_password.get_secret_value() == "open-sesame"


@pytest.mark.parametrize("zone", ["Tehran/Asia", "", "../etc/passwd"])
def test_a_time_zone_that_does_not_exist_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(SettingsError, match="time zone"):
        load({"instance": tmp_path, "timezone": zone}, environ={})
