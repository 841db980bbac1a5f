"""A group of commands that lists them in the order in which a newcomer meets them."""

import click


class OrderedGroup(click.Group):
    """Lists its commands as they were added instead of by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
