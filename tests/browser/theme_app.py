"""A throw-away desk of sixty invented people, on which the theme is tried."""

from typing import Any, ClassVar

from flask import Flask, Response, flash, g, redirect, render_template, request
from flask_admin import Admin, AdminIndexView, BaseView, expose
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual, FilterLike
from flask_babel import Babel
from flask_login import LoginManager, UserMixin
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from backoffice.views.list_address import ListAddress
from backoffice.views.theme import DeskTheme

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIRST = ("مریم", "رضا", "فاطمه", "علی‌رضا", "زهرا", "محمدحسین", "نرگس", "امیر", "سمیه", "حمیدرضا")
LAST = ("کریمی", "حسینی", "محمدی نژاد", "رضایی", "موسوی زاده", "قاسمی", "عباسی", "شریفی", "اکبری", "یوسفی", "ملکی")
UNITS = ("دانشکده مهندسی", "اداره کل امور مالی و پشتیبانی", "کتابخانه مرکزی", "معاونت آموزشی", "مرکز فناوری اطلاعات")
STATES = (("active", "شاغل"), ("left", "پایان همکاری"), ("leave", "مرخصی بدون حقوق یا آماده به خدمت"))
SEGMENTS = {
    "hr": [("محمدی", "same"), ("\u200c", "zwnj"), ("نژاد", "same")],
    "directory": [("محمد", "same"), ("ي", "folded"), (" ", "spacing"), ("نژاد", "same")],
}


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Person(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    personnel_number: Mapped[str]
    username: Mapped[str]
    unit: Mapped[str]
    state: Mapped[str]
    locked: Mapped[bool] = mapped_column(default=False)


class Reader(UserMixin):  # type: ignore[misc]
    id = "1"
    name = "سارا احمدی"
    role = "it_operator"


def code_cell(view: Any, context: Any, row: Person, name: str) -> Any:
    return context["ui"].ltr(getattr(row, name))


def state_cell(view: Any, context: Any, row: Person, name: str) -> Any:
    level = {"active": "success", "left": "danger"}.get(row.state, "warning")
    return context["ui"].badge(level, dict(STATES)[row.state])


class PersonView(ListAddress, ModelView):  # type: ignore[misc]
    can_view_details = can_export = can_set_page_size = True
    page_size = 20
    column_searchable_list = ("last_name", "username")
    column_list = ("first_name", "last_name", "personnel_number", "username", "unit", "state")
    column_labels: ClassVar = {
        "first_name": "نام",
        "last_name": "نام خانوادگی",
        "personnel_number": "شماره پرسنلی",
        "username": "نام کاربری",
        "unit": "واحد",
        "state": "وضعیت",
        "locked": "قفل",
    }
    column_filters = (
        FilterLike(Person.last_name, "نام خانوادگی"),
        FilterEqual(Person.last_name, "نام خانوادگی"),
        FilterEqual(Person.state, "وضعیت", options=STATES),
        FilterLike(Person.unit, "واحد"),
    )
    column_formatters: ClassVar = {"username": code_cell, "personnel_number": code_cell, "state": state_cell}
    form_extra_fields: ClassVar = {
        "state": SelectField("وضعیت", choices=[SelectChoice(value, label) for value, label in STATES])
    }
    form_args: ClassVar = {
        "first_name": {"description": "همان‌گونه که در شناسنامه آمده است", "validators": [Length(min=2)]},
        "username": {"validators": [DataRequired(), Length(max=20)]},
    }
    form_widget_args: ClassVar = {"username": {"dir": "ltr"}, "personnel_number": {"dir": "ltr"}}

    @action("lock", "قفل کردن", "حساب‌های نشان‌شده قفل شوند؟")  # type: ignore[untyped-decorator]
    def lock(self, ids: list[str]) -> None:
        for row in Person.query.filter(Person.id.in_(ids)):
            row.locked = True
        db.session.commit()
        flash(f"{len(ids)} حساب قفل شد.", "success")


class HomeView(AdminIndexView):  # type: ignore[misc]
    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> Any:
        flash("نسخه تازه فایل کارگزینی پذیرفته شد.", "success")
        flash("کارساز پیامک پاسخ نمی‌دهد.", "danger")
        return self.render("admin/theme_home.html", segments=SEGMENTS)


class EmptyView(BaseView):  # type: ignore[misc]
    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> Any:
        return self.render("admin/master.html")


def create_app(database: str) -> Flask:
    """Make the desk; ``database`` is an SQLAlchemy address."""
    app = Flask("backoffice", template_folder="../templates")
    app.config.update(SECRET_KEY="x" * 32, SQLALCHEMY_DATABASE_URI=database, WTF_CSRF_TIME_LIMIT=None)
    app.jinja_loader.searchpath.append(str(__file__).replace("theme_app.py", "theme_templates"))  # type: ignore[union-attr]
    db.init_app(app)
    Babel(app, locale_selector=language)
    CSRFProtect(app)
    LoginManager(app).request_loader(lambda _request: Reader())
    app.context_processor(surroundings)
    app.add_template_filter(persian_digits, "fa_digits")
    app.after_request(protect)
    add_screens(app)
    with app.app_context():
        fill()
    return app


def add_screens(app: Flask) -> None:
    home = HomeView(name="کارتابل", menu_icon_type="icon", menu_icon_value="home")
    admin = Admin(app, name="میز کار", theme=DeskTheme(), index_view=home)
    people = PersonView(Person, db, name="اشخاص", endpoint="people", category="حساب‌ها")
    people.menu_icon_value = "users"
    people.menu_icon_type = "icon"
    admin.add_view(people)
    for endpoint, name, symbol in (
        ("hr", "فایل‌های کارگزینی", "file-spreadsheet"),
        ("runs", "مغایرت‌گیری", "scale"),
        ("jobs", "کارهای زمان‌بندی‌شده", "clock"),
        ("audit", "سوابق اقدامات", "history"),
    ):
        admin.add_view(
            EmptyView(name=name, endpoint=endpoint, category="سامانه", menu_icon_type="icon", menu_icon_value=symbol)
        )
    app.add_url_rule(
        "/gone",
        "gone",
        lambda: render_template(
            "error.html",
            code=404,
            title="صفحه پیدا نشد",
            sentence="شاید نشانی درست وارد نشده باشد یا اجازه دیدن آن را نداشته باشید.",
        ),
    )
    app.add_url_rule("/", "root", lambda: redirect("/admin/"))


def language() -> str:
    if "lang" not in g:
        asked = request.args.get("lang") or request.cookies.get("lang")
        g.lang = asked if asked in ("fa", "en") else "fa"
    return str(g.lang)


def persian_digits(text: object) -> str:
    return str(text).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def surroundings() -> dict[str, Any]:
    lang = language()
    return {
        "lang": lang,
        "text_dir": "rtl" if lang == "fa" else "ltr",
        "menu_counts": {"people": 60, "runs": 3},
        "desk_banners": [
            ("observe", "حالت مشاهده: هیچ تغییری بیرون از این سامانه نوشته نمی‌شود و پیامی فرستاده نمی‌شود.")
        ],
    }


def protect(response: Response) -> BaseResponse:
    response.headers["Content-Security-Policy"] = POLICY
    if request.args.get("lang"):
        response.set_cookie("lang", request.args["lang"], samesite="Lax")
    return response


def fill() -> None:
    db.create_all()
    for number in range(60):
        db.session.add(
            Person(
                first_name=FIRST[number % len(FIRST)],
                last_name=LAST[number % len(LAST)],
                personnel_number=f"{98000 + number * 37}",
                username=f"m.karimi{number}",
                unit=UNITS[number % len(UNITS)],
                state=STATES[number % 7 % 3][0],
            )
        )
    db.session.commit()
