"""Roles on the pages: nobody comes to more than an administrator above gave, by no form and at no moment."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.organisation.organised import PASSWORD, Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.accounts import make_account, password_fits
from voting.domain.house import House
from voting.domain.organisation.accounts import make_member, renew_password
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.roles import Grant, Role, grant_role, grants_of, revoke_role
from voting.domain.organisation.units import move_unit
from voting.domain.ports import Change
from voting.errors import ChangedMeanwhile, MalformedRegister, NotCompetent
from voting.storage.store import RedisStore

SignIn = Callable[[str, str], ChairBrowser]
_SHOWN = re.compile(r'<strong class="digits-inline">([a-z0-9-]+)</strong>')


def shown_password(text: str) -> str:
    found = _SHOWN.search(text)
    assert found, text
    return found[1]


def roles_of(house: House, account: str) -> set[tuple[str, str]]:
    return {(grant.unit, str(grant.role)) for grant in grants_of(house) if grant.account == account}


def test_a_role_is_given_and_taken_back(app: Flask, province: Organised, signed_in: SignIn) -> None:
    province.account(Role.READER, province.south)
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    given = browser.send(f"{page}/roles", {"account": " Reader.South ", "role": "chair"}, on=page)
    assert given.status_code == 303
    assert "reader.south: Chair of the votes in this unit." in browser.get(page).text
    assert roles_of(province.house, "reader.south") == {(province.south, "reader"), (province.village, "chair")}
    sent = {"account": "reader.south", "role": "chair"}
    assert browser.send(f"{page}/roles/revoke", sent).status_code == 303
    assert roles_of(province.house, "reader.south") == {(province.south, "reader")}
    assert browser.send(f"{page}/roles/revoke", sent, on=page).status_code == 303
    acts = [(entry.by, entry.act) for entry in journal_of(province.house)][-2:]
    assert acts == [("administrator.north", "role.grant"), ("administrator.north", "role.revoke")]


def test_an_account_that_was_left_without_its_role_is_made_again(province: Organised, signed_in: SignIn) -> None:
    """Something else was changed between the account and its role: its password was told to nobody."""
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    left = replace(make_account("lan", "never told to anybody", one_time=True), unit=province.village)
    province.house.store.save_account(left, new=True)
    sent = {"account": "lan", "role": "chair", "new": "yes"}
    elsewhere = f"/chair/units/{province.town}"
    assert browser.send(f"{elsewhere}/roles", sent, on=elsewhere).status_code == 400
    password = shown_password(browser.send(f"{page}/roles", sent, on=page).text)
    assert password_fits(province.house.store.account("lan"), password)
    assert roles_of(province.house, "lan") == {(province.village, "chair")}
    assert browser.send(f"{page}/roles", sent, on=page).status_code == 400


def test_an_account_is_made_with_a_password_that_is_shown_once(
    app: Flask, province: Organised, signed_in: SignIn
) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    made = browser.send(f"{page}/roles", {"account": "lan", "role": "chair", "new": "yes"}, on=page)
    password = shown_password(made.text)
    assert made.headers["Cache-Control"] == "no-store"
    for path in (page, f"{page}/roles", "/chair/units"):
        assert password not in browser.get(path).text
    assert not any(password in entry for entry in province.house.store.journal())
    newcomer = ChairBrowser(app)
    assert newcomer.sign_in("lan", password).location == "/chair/password"
    assert newcomer.get(page).location == "/chair/password"
    again = browser.send(f"{page}/roles", {"account": "lan", "role": "chair", "new": "yes"}, on=page)
    assert again.status_code == 400
    assert "There is an account of this name already." in again.text
    assert password_fits(province.house.store.account("lan"), password)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"account": "nobody", "role": "chair"}, "Không có tài khoản tên này"),
        ({"account": "Lê Lan", "role": "chair", "new": "yes"}, "Tên gồm từ 1 đến 40 ký tự"),
        ({"account": "administrator.province", "role": "chair", "new": "yes"}, "Đã có tài khoản tên này"),
        ({"account": "administrator.province", "role": "king"}, "Không có vai trò"),
        ({}, "Không có vai trò"),
    ],
)
def test_what_cannot_be_given_is_told_beside_the_field(
    province: Organised, signed_in: SignIn, fields: dict[str, str], words: str
) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    browser.language = "vi"
    before = province.house.store.organisation("roles"), province.house.store.accounts()
    refused = browser.send(f"{page}/roles", fields, on=page)
    assert refused.status_code == 400
    assert words in refused.text.partition('-error"')[2]
    assert (province.house.store.organisation("roles"), province.house.store.accounts()) == before


def test_an_administrator_gives_nothing_beside_or_above(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    token = browser.get("/chair/units") and browser.token()
    before = province.house.store.organisation("roles"), province.house.store.accounts()
    for unit in (province.province, province.south, province.harbour):
        for path in ("roles", "roles/revoke", "roles/password"):
            for account in ("administrator.north", "administrator.province", "fresh"):
                sent = {"csrf_token": token, "account": account, "role": "administrator", "new": "yes"}
                assert browser.client.post(f"/chair/units/{unit}/{path}", data=sent).status_code == 403
    assert (province.house.store.organisation("roles"), province.house.store.accounts()) == before


def test_a_password_is_renewed_by_who_manages_all_that_the_account_has(
    app: Flask, province: Organised, signed_in: SignIn
) -> None:
    house = province.house
    first = make_member(house, "lan", province.village, Role.CHAIR, by="administrator.north")
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    assert "New one-time password" in browser.get(page).text
    renewed = shown_password(browser.send(f"{page}/roles/password", {"account": "lan", "role": "chair"}).text)
    assert not password_fits(house.store.account("lan"), first)
    assert password_fits(house.store.account("lan"), renewed)
    assert ChairBrowser(app).sign_in("lan", renewed).location == "/chair/password"
    assert [(entry.act, entry.about) for entry in journal_of(house)][-1] == ("account.renew", "lan")


@pytest.mark.parametrize("place", ["province", "south", "harbour"])
def test_no_password_is_renewed_that_opens_something_outside(
    province: Organised, signed_in: SignIn, place: str
) -> None:
    house = province.house
    make_member(house, "lan", province.village, Role.CHAIR, by="administrator.north")
    account = house.store.account("lan")
    house.store.save_account(account.__class__(account.name, account.password_hash, unit=account.unit), new=False)
    grant_role(house, "lan", getattr(province, place), Role.READER, by="")
    _refused_to_renew(province, signed_in, "lan")


def test_no_password_is_renewed_of_an_account_that_was_not_made_here(province: Organised, signed_in: SignIn) -> None:
    """Else a role given to anybody's account would be the way into the votes that this one holds on its own."""
    province.account(Role.CHAIR, province.village)
    _refused_to_renew(province, signed_in, "chair.village")
    own = signed_in(Role.ADMINISTRATOR, province.village)
    assert "New one-time password" not in own.get(f"/chair/units/{province.village}").text


def _refused_to_renew(province: Organised, signed_in: SignIn, name: str) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    before = province.house.store.account(name)
    assert "New one-time password" not in browser.get(page).text
    assert browser.send(f"{page}/roles/password", {"account": name, "role": "chair"}).status_code == 403
    assert province.house.store.account(name) == before


def test_an_account_without_roles_is_not_renewed(province: Organised) -> None:
    house = province.house
    province.account(Role.ADMINISTRATOR, province.north)
    make_member(house, "lan", province.village, Role.CHAIR, by="administrator.north")
    (grant,) = [grant for grant in grants_of(house) if grant.account == "lan"]
    revoke_role(house, grant, by="")
    before = house.store.account("lan")
    with pytest.raises(NotCompetent):
        renew_password(house, "lan", by="administrator.north")
    with pytest.raises(NotCompetent):
        renew_password(house, "administrator.north", by="administrator.north")
    assert house.store.account("lan") == before


def test_whoever_knows_a_one_time_password_does_not_come_with_it_further(province: Organised, app: Flask) -> None:
    """The account of an administrator's own making gets nothing outside before its owner has chosen a password."""
    house = province.house
    password = make_member(house, "lan", province.north, Role.CHAIR, by="administrator.north")
    for unit in (province.province, province.south):
        with pytest.raises(MalformedRegister, match="not chosen a password"):
            grant_role(house, "lan", unit, Role.ADMINISTRATOR, by="administrator.province")
    grant_role(house, "lan", province.town, Role.READER, by="administrator.north")
    browser = ChairBrowser(app)
    browser.sign_in("lan", password)
    browser.send("/chair/password", {"new": PASSWORD, "again": PASSWORD}, on="/chair/password")
    grant_role(house, "lan", province.south, Role.READER, by="administrator.province")
    assert (province.south, "reader") in roles_of(house, "lan")


def test_a_role_given_at_the_moment_of_a_new_password_stops_one_of_both(
    province: Organised, running: RedisStore
) -> None:
    house = province.house
    province.account(Role.ADMINISTRATOR, province.north)
    make_member(house, "lan", province.north, Role.CHAIR, by="administrator.north")
    owner = house.store.account("lan")
    settled = owner.__class__("lan", owner.password_hash, unit=owner.unit, generation=3)
    house.store.save_account(settled, new=False)

    class Between:
        """The store, where somebody at the province gives a role just before the new password is written down."""

        def __getattr__(self, name: str) -> object:
            return getattr(running, name)

        def change_organisation(self, changes: list[Change], **how: object) -> None:
            # Whoever gives it has read the account before its password was renewed.
            running.save_account(settled, new=False)
            grant_role(house, "lan", province.province, Role.READER, by="administrator.province")
            running.change_organisation(changes, **how)

    store = Between()
    with pytest.raises(ChangedMeanwhile):
        renew_password(House(store, house.sealer, house.clock), "lan", by="administrator.north")
    assert house.store.account("lan") == settled
    assert (province.province, "reader") in roles_of(house, "lan")


def test_a_role_that_was_read_before_a_new_password_is_refused(province: Organised, running: RedisStore) -> None:
    house = province.house
    province.account(Role.ADMINISTRATOR, province.north)
    make_member(house, "lan", province.north, Role.CHAIR, by="administrator.north")
    owner = house.store.account("lan")
    house.store.save_account(owner.__class__("lan", owner.password_hash, unit=owner.unit), new=False)

    class Between:
        """The store, where the password is renewed just before a role is written down."""

        def __getattr__(self, name: str) -> object:
            return getattr(running, name)

        def change_organisation(self, changes: list[Change], **how: object) -> None:
            renew_password(house, "lan", by="administrator.north")
            running.change_organisation(changes, **how)

    store = Between()
    with pytest.raises(ChangedMeanwhile):
        grant_role(House(store, house.sealer, house.clock), "lan", province.province, Role.READER, by="x")
    assert roles_of(house, "lan") == {(province.north, "chair")}


def test_a_unit_that_moves_takes_its_accounts_along(province: Organised) -> None:
    house = province.house
    for unit in (province.north, province.south):
        province.account(Role.ADMINISTRATOR, unit)
    make_member(house, "lan", province.village, Role.CHAIR, by="administrator.north")
    move_unit(house, province.village, province.south, by="administrator.province")
    with pytest.raises(NotCompetent):
        renew_password(house, "lan", by="administrator.north")
    renewed = renew_password(house, "lan", by="administrator.south")
    assert password_fits(house.store.account("lan"), renewed)


def test_the_last_administrator_at_the_top_is_kept_on_the_page_too(province: Organised, signed_in: SignIn) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.province), f"/chair/units/{province.province}"
    sent = {"account": "administrator.province", "role": "administrator"}
    refused = browser.send(f"{page}/roles/revoke", sent, on=page)
    assert refused.status_code == 400
    assert "The last administrator at the top" in refused.text
    assert Grant("administrator.province", province.province, Role.ADMINISTRATOR) in [*grants_of(province.house)]


def test_who_takes_the_own_role_back_is_outside_at_once(province: Organised, signed_in: SignIn) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}"
    sent = {"account": "administrator.north", "role": "administrator"}
    assert browser.send(f"{page}/roles/revoke", sent, on=page).location == "/chair/"
    assert browser.get(page).status_code == 403
    assert "Units" not in browser.get("/chair/").text


@pytest.mark.parametrize(
    ("language", "title", "own"),
    [
        ("en", "This belongs to a unit that your role does not reach", "Chair of the votes: Tỉnh Đông Hải › Huyện"),
        ("vi", "Nội dung này thuộc đơn vị nằm ngoài thẩm quyền", "Chủ tọa bỏ phiếu: Tỉnh Đông Hải › Huyện Bắc"),
    ],
)
def test_the_chair_of_a_sibling_unit_is_told_so_and_nothing_else(
    province: Organised, signed_in: SignIn, language: str, title: str, own: str
) -> None:
    draft = province.draft(province.village, [Official("x", "Nguyễn Văn An", "")], title="Phiên của xã bên cạnh")
    browser = signed_in(Role.CHAIR, province.town)
    browser.language = language
    refused = browser.get(f"/chair/sessions/{draft.uuid}")
    assert refused.status_code == 403
    for words in (title, own, "not-competent"):
        assert words in refused.text
    for words in ("Phiên của xã bên cạnh", "Xã Bình An", draft.uuid + "/"):
        assert words not in refused.text.replace(f"/chair/sessions/{draft.uuid}?", "")
