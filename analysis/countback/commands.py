"""What every command has in common: errors reported in one place, and the kinds of values that options take."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from countback import environment, files
from countback.errors import BAD_INPUT, FAULT, TRACEBACK, InputError, readable, told

STATUS = """
\b
Exit status: 0 all is well; 1 a run failed, or a strict audit found something; 2 bad input."""
"""What the help of every command ends with."""


class Commands(click.Group):
    """Group of commands that reports each error in one line, without a traceback, and ends with its exit status."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "countback",
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; the one place where errors become lines and an exit status."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a full disk or a closed pipe can still be reported
        except click.UsageError as error:
            status = _say([_usage(error)], BAD_INPUT)
        except click.exceptions.Abort:
            status = _say(["stopped"], FAULT)
        except BrokenPipeError:
            status = _quiet()
        except click.ClickException as error:
            status = _say([error.format_message()], error.exit_code)
        except Exception as error:
            if os.environ.get(TRACEBACK) and not isinstance(error, InputError):
                raise
            status = _say(*told(error))
            if isinstance(error, OSError):
                _quiet()  # what standard output still holds would be written, and fail, at the end
        sys.exit(status if isinstance(status, int) else 0)


def _usage(error: click.UsageError) -> str:
    text = error.format_message().rstrip(".")
    more = f" (see {error.ctx.command_path} --help)" if error.ctx is not None else ""
    return f"{text[:1].lower()}{text[1:]}{more}"


def _say(problems: Iterable[str], status: int) -> int:
    with suppress(OSError, ValueError):
        for line in readable(problems):
            click.echo(f"error: {line}", err=True)
    return status


def _quiet() -> int:
    """Let what nobody reads go nowhere, so that nothing complains at the end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return FAULT


class Level(click.FloatRange):
    """A level between 0 and 1, both excluded; nan is not a level."""

    def __init__(self) -> None:
        super().__init__(0, 1, min_open=True, max_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a level."""
        level = super().convert(value, param, ctx)
        if level != level:
            self.fail(f"{value!r} is not a number between 0 and 1; write one such as 0.05", param, ctx)
        return level


class PathName(click.Path):
    """A path that is not empty; the names of standard output are ``-``."""

    def __init__(self, output: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=output)
        self._output = output

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a path."""
        text = os.fspath(value)
        if not text:
            self.fail("the name is empty; write the name of a file or folder", param, ctx)
        if "\0" in text:
            self.fail("the name contains a NUL character; write the name of a file or folder", param, ctx)
        if self._output and text in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            return files.STANDARD_OUTPUT
        return super().convert(value, param, ctx)


class BookCommand(click.Command):
    """A command that needs what the extra ``countback[book]`` installs; where that is missing it stops and names it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Stop where the extra is not installed, unless only help is wanted."""
        if not set(args) & set(ctx.help_option_names):
            environment.check_book(f"countback {self.name}")
        return super().parse_args(ctx, args)
