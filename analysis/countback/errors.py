"""The errors that a person is meant to see."""


class InputError(Exception):
    """Something outside the program is wrong: a file, a parameter, the environment.

    Its text is one line a problem: where, what is wrong, what to do. Every command prints it without a
    traceback and exits with status 2.

    Parameters
    ----------
    *problems : str
        One line each.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def _render_traceback_(self) -> list[str]:
        """Show the problems alone where IPython would print a traceback (its documented hook)."""
        return [f"InputError: {line}" for line in self.problems]


class NotApplicable(InputError):
    """An analysis does not apply to the trial: its text says why.

    In a run of a plan this is a result: the run's page says so. By hand it stops the notebook with that line.
    """
