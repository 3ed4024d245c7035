"""Tests that share what takes minutes to make are run by one worker."""

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_is_known_to_the_workers(request):
    if "PYTEST_XDIST_WORKER" in os.environ and request.config.getoption("dist", "") == "loadgroup":
        assert request.node.nodeid.endswith("@together")
