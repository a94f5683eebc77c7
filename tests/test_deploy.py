"""What is given to operators can be used as it is."""

import re
from pathlib import Path

import pytest

from backoffice.settings import Settings, load

DEPLOY = Path(__file__).parent.parent / "deploy"
EXAMPLE = (DEPLOY / "settings.toml.example").read_text("utf-8")
SHOWN = re.compile(r"(?m)^#(?=[a-z_]+ = )")


def loaded(folder: Path, text: str) -> Settings:
    for name in ("secret.key", "seal.key", "ldap.password"):
        (folder / name).write_text(f"content of {name}")
    (folder / "settings.toml").write_text(text.replace("/etc/backoffice/", ""), "utf-8")
    return load({"instance": folder}, environ={})


def test_the_example_of_settings_can_be_used_as_it_is(tmp_path: Path) -> None:
    settings = loaded(tmp_path, EXAMPLE)
    assert settings.seal_key.get_secret_value() == "content of seal.key"
    assert [source.name for source in settings.hr.sources] == ["staff", "faculty"]
    assert settings.policy.leaver == {"personnel.retired": 90, "faculty.retired": "keep"}


def test_the_defaults_that_the_example_shows_are_the_defaults(tmp_path: Path) -> None:
    assert len(SHOWN.findall(EXAMPLE)) > 30
    shown = loaded(tmp_path, SHOWN.sub("", EXAMPLE).replace('"/var/lib/backoffice/hr-inbox"', '""'))
    assert shown.model_copy(update={"hr_inbox": None}) == loaded(tmp_path, EXAMPLE)


@pytest.mark.parametrize("name", ["web", "worker", "backup"])
def test_the_services_start_what_exists(name: str) -> None:
    unit = (DEPLOY / "systemd" / f"backoffice-{name}.service").read_text()
    command = re.search(r"(?m)^ExecStart=/opt/backoffice/\.venv/bin/(\S+) (\S+)", unit)
    assert command
    assert command.groups() in {("gunicorn", "wsgi:app"), ("flask", "jobs"), ("python", "-m")}


def test_the_environment_of_the_services_holds_settings_only() -> None:
    lines = (DEPLOY / "systemd" / "environment.example").read_text().splitlines()
    names = [line.split("=")[0].removeprefix("BACKOFFICE_") for line in lines if not line.startswith("#")]
    assert {name.removesuffix("_FILE").lower() for name in names} <= set(Settings.model_fields)
