"""The `voting` command: its groups, and one way for every command to say no."""

import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from voting.commands.bench import bench
from voting.commands.chair import chair
from voting.commands.demo import demo
from voting.commands.ordered import OrderedGroup
from voting.commands.organisation import organisation
from voting.commands.rules import rules
from voting.commands.serve import serve
from voting.commands.session import session
from voting.commands.simulate import simulate
from voting.commands.teller import teller
from voting.commands.verify import verify
from voting.errors import Refusal


class _Voting(OrderedGroup):
    """Refusals and failures of the machine become one line and status 1; the user never meets a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            text = str(refusal)
        except BrokenPipeError:
            raise  # click leaves quietly when the reader of a pipe has left
        except OSError as error:
            text = ": ".join(str(part) for part in (error.filename, error.strerror or type(error).__name__) if part)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # The text of the exception may quote what it was about, so its kind and place must do.
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = (
                f"a fault in the program itself: {type(error).__name__} in {Path(place.filename).name}, "
                f"line {place.lineno}. Please report it."
            )
        click.echo(f"voting: {text}", err=True)
        return ctx.exit(1)


@click.group(cls=_Voting, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("voting"), prog_name="voting")
def voting() -> None:
    """Secret votes in meetings: printed one-time codes, encryption on the phone, a count that anyone can verify.

    To look around: `voting demo`. For a meeting: `voting chair add NAME`, then `voting serve`, and run the session in
    the browser; or run it from here with `voting session`. Tellers: `voting teller`.

    The commands work on the store in the folder VOTING_DATA (default: ./var), or on the one that REDIS_URL names, also
    while `voting serve` runs on it.
    """


for _command in (demo, serve, chair, organisation, session, rules, teller, verify, simulate, bench):
    voting.add_command(_command)


def main() -> None:
    """Run the command line: status 0 done, 1 refused or failed, 2 wrong usage."""
    voting(prog_name="voting")


if __name__ == "__main__":
    main()
