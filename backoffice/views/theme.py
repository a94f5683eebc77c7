"""The desk's own look: our templates in place of Flask-Admin's Bootstrap 4 ones."""

from dataclasses import dataclass

from flask_admin.theme import Theme


@dataclass
class DeskTheme(Theme):  # type: ignore[misc]
    """Right-to-left theme. ``folder`` names no folder of Flask-Admin, so only templates/admin is ever used."""

    folder: str = "desk"
    base_template: str = "admin/base.html"
