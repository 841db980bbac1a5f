import unicodedata

import pytest

from voting.domain.accounts import check_name, draw_password, make_account, password_fits, with_password
from voting.errors import MalformedForm


def test_only_the_password_of_the_account_fits():
    account = make_account("Chair", "correct horse battery")
    assert account.name == "chair"
    assert password_fits(account, "correct horse battery")
    assert not password_fits(account, "correct horse batterz")
    assert not password_fits(None, "correct horse battery")


def test_the_password_itself_is_nowhere_in_the_account():
    account = make_account("chair", "correct horse battery")
    assert "horse" not in repr(account)
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_new_password_ends_the_older_sign_ins():
    first = make_account("chair", draw_password(), one_time=True)
    second = with_password(first, "correct horse battery")
    assert second.generation == first.generation + 1
    assert not second.one_time


def test_drawn_passwords_differ_and_are_long_enough_for_an_account():
    drawn = {draw_password() for _ in range(200)}
    assert len(drawn) == 200
    make_account("chair", drawn.pop())


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 41, "-a", "a/b", "chủ"])
def test_a_name_that_could_confuse_is_refused(name):
    with pytest.raises(MalformedForm):
        check_name(name)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_too_short_or_endless_is_refused(password):
    with pytest.raises(MalformedForm):
        make_account("chair", password)


def test_a_password_fits_however_the_keyboard_sends_its_marks():
    composed, decomposed = (unicodedata.normalize(form, "mật khẩu tiếng Việt") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert password_fits(make_account("chair", composed), decomposed)
    assert password_fits(make_account("chair", decomposed), composed)
    longest = "ế" * 200
    assert password_fits(make_account("chair", unicodedata.normalize("NFD", longest)), longest)
    with pytest.raises(MalformedForm):
        make_account("chair", unicodedata.normalize("NFD", "tiếng Vệ"))
