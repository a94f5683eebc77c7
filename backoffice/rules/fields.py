"""Our names for what an HR file and a directory entry hold.

Source: contract.md "HR file, English headers" and mission.md §7 (header synonyms, status classes).
"""

ID_TYPE, NATIONAL_CODE, PERSONNEL_NUMBER = "id_type", "national_code", "personnel_number"
FIRST_NAME, LAST_NAME, FULL_NAME, FATHER_NAME = "first_name", "last_name", "full_name", "father_name"
BIRTH_DATE, MOBILE, UNIT, UNIT_CODE, TITLE = "birth_date", "mobile", "unit", "unit_code", "title"
EMPLOYMENT_TYPE, PERSON_TYPE, STATUS = "employment_type", "person_type", "status"
START_DATE, END_DATE, STUDENT_NUMBER = "start_date", "end_date", "student_number"

HR_FIELDS = (
    ID_TYPE, NATIONAL_CODE, PERSONNEL_NUMBER, FIRST_NAME, LAST_NAME, FULL_NAME, FATHER_NAME, BIRTH_DATE, MOBILE,
    UNIT, UNIT_CODE, TITLE, EMPLOYMENT_TYPE, PERSON_TYPE, STATUS, START_DATE, END_DATE, STUDENT_NUMBER,
)  # fmt: skip
AFFILIATION = "affiliation"
DATE_FIELDS = (BIRTH_DATE, START_DATE, END_DATE)

# What HR owns in the directory: only these are compared. Source: reconciliation.md "Attributes".
OWNED_BY_HR = (
    FIRST_NAME, LAST_NAME, FULL_NAME, NATIONAL_CODE, PERSONNEL_NUMBER, UNIT, UNIT_CODE, TITLE, EMPLOYMENT_TYPE,
)  # fmt: skip
NAME_FIELDS = (FIRST_NAME, LAST_NAME, FULL_NAME)
# What our register keeps of a person, as HR has it.
PERSON_FIELDS = (FIRST_NAME, LAST_NAME, FULL_NAME, FATHER_NAME, BIRTH_DATE)
CODE_FIELDS = (NATIONAL_CODE, PERSONNEL_NUMBER, UNIT_CODE)

HEADER_SYNONYMS: dict[str, tuple[str, ...]] = {
    NATIONAL_CODE: ("کد ملی", "کدملی", "شماره ملی", "شناسه ملی"),
    FIRST_NAME: ("نام",),
    LAST_NAME: ("نام خانوادگی", "فامیل", "شهرت"),
    FULL_NAME: ("نام و نام خانوادگی",),
    FATHER_NAME: ("نام پدر",),
    PERSONNEL_NUMBER: ("شماره پرسنلی", "کد پرسنلی", "شماره کارمندی", "شماره مستخدم"),
    BIRTH_DATE: ("تاریخ تولد", "ت.تولد"),
    UNIT: ("واحد سازمانی", "محل خدمت", "دانشکده", "معاونت", "اداره"),
    UNIT_CODE: ("کد واحد", "کد محل خدمت"),
    TITLE: ("پست سازمانی", "سمت"),
    EMPLOYMENT_TYPE: ("نوع استخدام", "وضعیت استخدامی"),
    PERSON_TYPE: ("نوع شخص", "نوع پرسنل", "گروه"),
    ID_TYPE: ("نوع شناسه",),
    STATUS: ("وضعیت", "وضعیت اشتغال", "وضعیت خدمتی"),
    MOBILE: ("تلفن همراه", "موبایل", "شماره همراه"),
    START_DATE: ("تاریخ استخدام", "شروع به کار"),
    END_DATE: ("پایان قرارداد", "تاریخ پایان"),
    STUDENT_NUMBER: ("شماره دانشجویی",),
}

ACTIVE, LIMITED, ENDED, DECEASED, ADMITTED, UNKNOWN = "active", "limited", "ended", "deceased", "admitted", "unknown"

# Status word -> (class, word class). The word class decides a leaver's days together with the person type.
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "active": ("شاغل", "فعال", "مشغول به کار", "مشغول به تحصیل", "آزمایشی", "مرخصی استعلاجی", "مرخصی زایمان", "active"),
    "secondment": ("ماموریت آموزشی", "فرصت مطالعاتی", "مامور", "secondment"),
    "limited": ("مرخصی بدون حقوق", "آماده به خدمت", "on_leave", "unpaid_leave", "limited"),
    "retired": ("بازنشسته", "retired"),
    "graduated": ("فارغ‌التحصیل", "graduated"),
    "transferred": ("انتقالی", "transferred"),
    "dismissed": ("اخراج", "انفصال دائم", "dismissed"),
    "left": ("مستعفی", "بازخرید", "انصرافی", "پایان قرارداد", "left"),
    "ended": ("ended",),
    "deceased": ("فوت", "متوفی", "deceased"),
    "admitted": ("پذیرفته‌شده", "admitted"),
}
CLASS_OF_WORD: dict[str, str] = {
    "active": ACTIVE, "secondment": ACTIVE, "limited": LIMITED,
    "on_leave": LIMITED, "unpaid_leave": LIMITED,
    "retired": ENDED, "graduated": ENDED, "transferred": ENDED, "dismissed": ENDED, "left": ENDED, "ended": ENDED,
    "deceased": DECEASED, "admitted": ADMITTED,
}  # fmt: skip

PERSON_TYPES: dict[str, tuple[str, ...]] = {
    "personnel": ("کارمند", "پرسنل", "کارکنان", "personnel", "staff", "employee"),
    "faculty": ("هیات علمی", "عضو هیات علمی", "استاد", "faculty"),
    "contractor": ("قراردادی", "پیمانکار", "شرکتی", "contractor"),
    "student": ("دانشجو", "student"),
    "admitted": ("پذیرفته‌شده", "admitted"),
    "retired": ("بازنشسته", "retired"),
    "foreign": ("اتباع خارجی", "foreign"),
}
