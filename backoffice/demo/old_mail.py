"""What mailboxes at the old server of the demo hold: none, a few, hundreds or thousands of messages.

Written as Dovecot keeps them (Maildir), before it is started: by IMAP thousands would take a minute.
"""

import os
from collections.abc import Mapping
from email.header import Header
from pathlib import Path

from backoffice import clock
from backoffice.demo.dovecot_files import give

# Folder -> its share of the messages; the names as IMAP writes them: بایگانی, and ۱۴۰۴ below it.
FOLDERS = {"": 0.7, ".Sent": 0.1, ".&BigGJwbMBq8GJwZGBsw-": 0.15, ".&BigGJwbMBq8GJwZGBsw-.&BvEG9AbwBvQ-": 0.05}
HOUR, UNREAD = 3_600, 5
LONGEST = 40
_SUBJECTS = tuple(
    Header(text, "utf-8").encode()
    for text in ("صورتجلسه گروه", "برنامه کلاس‌های نیم‌سال", "یادآوری مهلت ثبت نمره", "درخواست مرخصی")
)
_LINE = "با سلام و احترام، پیوست برای استحضار ارسال می‌شود.\r\n"
# The first keyword of a folder is the letter a.
_KEYWORDS = b"0 $Forwarded\n"


def fill(mail: Path, sizes: Mapping[str, int]) -> None:
    """Put so many messages into each of these mailboxes of the folder ``mail``."""
    now = int(clock.now().timestamp())
    for name, messages in sizes.items():
        for folder, share in FOLDERS.items():
            count = round(messages * share)
            if count or not folder:
                _fill(mail / name / folder, folder, count, now)
        give(mail / name)


def _fill(place: Path, folder: str, count: int, now: int) -> None:
    for name in ("", "cur", "new", "tmp"):
        (place / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        give(place / name)
    (place / "dovecot-keywords").write_bytes(_KEYWORDS)
    give(place / "dovecot-keywords")
    # Beside the open folder: thousands of long paths take seconds.
    cur = os.open(place / "cur", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for number in range(count):
            _put(cur, folder, number, now - number * HOUR)
    finally:
        os.close(cur)


def _put(cur: int, folder: str, number: int, at: int) -> None:
    content = _message(folder, number)
    # Dovecot takes the size from the name: S as stored, W as sent.
    name = f"{at}.M{number}.demo,S={len(content)},W={len(content)}:2,{_flags(number)}"
    file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=cur)
    os.write(file, content)
    give(file)
    os.utime(file, (at, at))
    os.close(file)


def _flags(number: int) -> str:
    """Give the letters of the flags: the newest are unread, some are marked, answered or forwarded."""
    if number <= UNREAD:
        return ""
    return "".join(letter for letter, every in (("F", 17), ("R", 4), ("S", 1), ("a", 9)) if number % every == 0)


def _message(folder: str, number: int) -> bytes:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    head = (
        f"From: office@example.ac.ir\r\nSubject: {subject}\r\nMessage-ID: <{number}.{len(folder)}@old.ac.ir>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + _LINE * (1 + number % LONGEST)).encode()
