"""The parts of the supervisor that can be asked without starting anything."""

import io
import socket
import sys
from datetime import timedelta

import pytest
from celery import Celery
from django.contrib.auth.management.commands import changepassword
from django.core.management import call_command

from accounts.models import Role
from helpdesk.supervisor import address, children, demo, endings, product
from helpdesk.supervisor.address import Address, accepted_hosts
from helpdesk.supervisor.endings import Endings, exit_words
from helpdesk.supervisor.failure import CannotStartError
from helpdesk.supervisor.output import Output
from helpdesk.supervisor.product import Product, command_words, programs
from helpdesk.supervisor.sweeps import Sweeps
from tests import make


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("desk.example.com", False),
    ],
)
def test_only_loopback_is_local(host, local):
    assert Address(host, 8000).is_local is local


def test_a_browser_is_sent_where_it_can_go(monkeypatch):
    monkeypatch.setattr(address, "outward_addresses", lambda: ["192.0.2.7"])
    assert Address("127.0.0.1", 8001).urls == ["http://127.0.0.1:8001/"]
    assert Address("::1", 8001).urls == ["http://[::1]:8001/"]
    assert Address("0.0.0.0", 80).urls == ["http://127.0.0.1:80/", "http://192.0.2.7:80/"]


def test_other_machines_may_use_the_names_of_this_one_and_no_other(monkeypatch):
    monkeypatch.setattr(address, "outward_addresses", lambda: ["192.0.2.7"])
    assert accepted_hosts(Address("127.0.0.1", 8000)) == ["localhost", "127.0.0.1", "[::1]"]
    names = accepted_hosts(Address("0.0.0.0", 8000))
    assert {"localhost", "192.0.2.7", socket.gethostname().lower()} <= set(names)
    assert "*" not in names


def test_an_address_of_another_machine_is_refused_in_plain_words():
    with pytest.raises(CannotStartError, match=r"192\.0\.2\.7 is not an address of this machine"):
        Address("192.0.2.7", 8000).check_free()
    with pytest.raises(CannotStartError, match="“no such host” is not an address"):
        Address("no such host", 8000).check_free()


def test_without_a_broker_a_loop_does_the_work_of_worker_and_beat():
    here = Address("127.0.0.1", 8000)
    assert [p.name for p in programs(here, has_broker=True)] == ["web", "worker", "beat"]
    alone = programs(here, has_broker=False)
    assert [p.name for p in alone] == ["web", "sweeps"]
    assert list(alone[1].command[-3:]) == ["sweep", "--every", "5"]


def test_every_line_says_whose_it_is_and_a_file_gets_no_colours():
    stream = io.StringIO()
    Output(stream).say("one\ntwo")
    assert stream.getvalue() == "tallydesk| one\ntallydesk| two\n"


def test_exit_codes_are_told_in_words():
    assert exit_words(3) == "with exit code 3"
    assert exit_words(-9) == "by signal 9"


def test_only_the_endings_of_the_last_minute_count(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(endings.time, "monotonic", lambda: now[0])
    ended = Endings()
    assert [ended.note("worker") for _time in range(4)] == [1, 2, 3, 4]
    assert ended.note("broker") == 1
    now[0] += 59
    assert ended.note("worker") == 5
    now[0] += 2
    assert ended.note("worker") == 2


def test_a_process_that_ends_five_times_within_a_minute_is_given_up(monkeypatch):
    monkeypatch.setattr(product, "SECONDS_BETWEEN_LOOKS", 0.01)
    stream = io.StringIO()
    running = Product(address=Address("127.0.0.1", 8000), output=Output(stream))
    ends = children.Program("beat", [sys.executable, "-c", "import sys; sys.exit('no schedule')"])
    running.children = [running.launch(ends)]
    with pytest.raises(
        CannotStartError,
        match=r"“beat” ended by itself \(with exit code 1, 5 times within a minute\)",
    ):
        running.watch()
    assert stream.getvalue().count("the beat ended with exit code 1; starting it again\n") == 4
    assert stream.getvalue().count("beat     | no schedule\n") == 5


def test_a_lost_web_server_is_named_and_not_started_again():
    stream = io.StringIO()
    running = Product(address=Address("127.0.0.1", 8000), output=Output(stream))
    ends = children.Program("web", [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    stays = children.Program("worker", [sys.executable, "-c", "import time; time.sleep(60)"])
    running.children = [running.launch(ends), running.launch(stays)]
    with pytest.raises(CannotStartError, match=r"“web” ended by itself \(by signal 9\)"):
        running.watch()
    running.stop(grace=0)
    assert running.children[1].exit_code() in {-15, -9}
    assert stream.getvalue() == ""


@pytest.fixture
def small_app() -> Celery:
    """An app of two sweeps, of which one fails."""
    app = Celery("small", set_as_current=False)
    app.conf.beat_schedule = {
        "counts": {"task": "counts", "schedule": 60.0, "args": (3,)},
        "fails": {"task": "fails", "schedule": 60.0},
    }
    app.ran = []

    @app.task(name="counts")
    def counts(n: int) -> None:
        app.ran.append(n)

    @app.task(name="fails")
    def fails() -> None:
        app.ran.append("fails")
        raise ValueError("broken on purpose")

    return app


def test_sweeps_run_when_they_are_due_and_a_failing_one_does_not_stop_the_rest(small_app, caplog):
    sweeps = Sweeps(small_app)
    assert sweeps.run_due() == ["counts", "fails"]
    assert small_app.ran == [3, "fails"]
    assert "broken on purpose" in caplog.text
    assert sweeps.run_due() == []
    sweeps.last_runs["counts"] -= timedelta(seconds=61)
    assert sweeps.run_due() == ["counts"]
    assert small_app.ran == [3, "fails", 3]


@pytest.mark.django_db
@pytest.mark.parametrize("prepare", [make.shop, bool], ids=["a shop", "no shop yet"])
def test_the_sweep_command_runs_everything_that_beat_would_ask_for(settings, caplog, prepare):
    prepare()
    out = io.StringIO()
    call_command("sweep", stdout=out)
    assert out.getvalue() == f"ran: {', '.join(settings.CELERY_BEAT_SCHEDULE)}\n"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.django_db
def test_opening_the_product_to_others_closes_the_log_ins_that_everybody_knows():
    known = make.agent(email="agent@example.com")
    known.set_password(demo.LOCAL_PASSWORD)
    known.save()
    changed = make.manager(email="manager@example.com")
    password = demo.close_known_logins()
    known.refresh_from_db()
    assert len(password) >= 12
    assert known.check_password(password)
    changed.refresh_from_db()
    assert changed.check_password(make.PASSWORD)
    assert demo.close_known_logins() == ""
    assert demo.login_lines(password) == [
        f"  {Role.AGENT.value:<10} {'agent@example.com':<22} {password}"
    ]


def test_demo_passwords_are_random_where_others_can_reach_them():
    assert demo.fresh_password(is_local=True) == "tally-demo-2026"
    assert demo.fresh_password(is_local=False) != demo.fresh_password(is_local=False)


@pytest.mark.django_db
def test_a_start_without_log_ins_to_show_says_how_to_set_a_password(monkeypatch):
    monkeypatch.delenv("TALLYDESK_HOME", raising=False)
    stream = io.StringIO()
    ready = Product(address=Address("127.0.0.1", 8000), output=Output(stream))
    make.agent(email="agent@example.com")
    make.admin(email="admin@example.com")
    ready.announce(demo.LOCAL_PASSWORD)
    assert "Demo log-ins" not in stream.getvalue()
    command = command_words("changepassword", "admin@example.com")
    assert command.endswith(" manage.py changepassword admin@example.com")
    assert f"Set one with\ntallydesk|     {command}\n" in stream.getvalue()


@pytest.mark.django_db
def test_a_shop_without_demo_people_is_told_nothing_of_passwords():
    stream = io.StringIO()
    make.admin(email="owner@shop.example")
    Product(address=Address("127.0.0.1", 8000), output=Output(stream)).announce("")
    assert "password" not in stream.getvalue()


@pytest.mark.django_db
def test_the_command_that_a_start_names_sets_a_password(monkeypatch):
    user = make.admin(email="admin@example.com")
    monkeypatch.setattr(changepassword.getpass, "getpass", lambda **_prompt: "a-new-one-2026")
    call_command("changepassword", "admin@example.com", stdout=io.StringIO())
    user.refresh_from_db()
    assert user.check_password("a-new-one-2026")
