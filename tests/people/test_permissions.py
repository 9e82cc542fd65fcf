"""Every role × action, cell by cell."""

from __future__ import annotations

import pytest

from assistant.people import ACTIONS, ROLES, Action, Role, may

EXPECTED = """
          look decide outcome withdraw import train ask audit people
analyst   yes  yes    yes     no       no     no    yes no    no
lead      yes  yes    yes     yes      yes    yes   yes yes   no
support   no   no     no      no       no     no    yes no    no
auditor   yes  no     no      no       no     no    no  yes   no
admin     yes  no     no      no       yes    yes   no  yes   yes
"""
HEAD, *LINES = [line.split() for line in EXPECTED.strip().splitlines()]
CELLS = [(line[0], action, cell == "yes") for line in LINES for action, cell in zip(HEAD, line[1:], strict=True)]


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS)
def test_a_role_may_do_exactly_what_the_table_says(role: Role, action: Action, allowed: bool) -> None:
    assert may(role, action) is allowed


def test_no_cell_is_left_out() -> None:
    assert {(role, action) for role, action, _ in CELLS} == {(role, action) for role in ROLES for action in ACTIONS}


def test_a_role_that_nobody_knows_may_do_nothing() -> None:
    assert not any(may("root", action) for action in ACTIONS)
