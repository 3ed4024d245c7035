"""The examples in the docstrings give what they say."""

import doctest
import pkgutil
from importlib import import_module

import pytest

from countback import procedures

MODULES = [procedures.__name__] + [f"{procedures.__name__}.{m.name}" for m in pkgutil.iter_modules(procedures.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
