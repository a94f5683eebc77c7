"""What waits for HR, as the liaisons of the sources see it."""

from tests.services.test_escalation import late, referred, wish
from tests.views.conftest import ClientAs


def test_a_liaison_sees_what_waits_for_the_own_sources_of_whatever_kind(client_as: ClientAs) -> None:
    late(1)
    wish(2)
    own, nobodys, others = referred(), referred(None), referred("faculty")
    page = client_as("hr_liaison", sources=("hr",)).get("/admin/hr-waiting/").text
    assert [f"/admin/cases/{number}/" in page for number in (own, nobodys, others)] == [True, True, False]
    assert "درخواست اصلاح: واحد" in page
    assert page.count("<tr>") == 1 + 4
    assert "فهرست اصلاحات در فایل اکسل" in page
    nothing = client_as("hr_liaison", name="other", sources=("students",)).get("/admin/hr-waiting/").text
    assert nothing.count("<tr>") == 1 + 1
    everything = client_as("auditor").get("/admin/hr-waiting/").text
    assert everything.count("<tr>") == 1 + 5
    assert "فهرست اصلاحات در فایل اکسل" not in everything
