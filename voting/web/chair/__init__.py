"""The chair's pages: sign-in, sessions, sheets, slips, and one step after the other until the result."""

from voting.web.chair import drafts as drafts
from voting.web.chair import sessions as sessions
from voting.web.chair import sign_in as sign_in
from voting.web.chair import slips as slips
from voting.web.chair import steps as steps
from voting.web.chair import tellers as tellers
from voting.web.chair.blueprint import blueprint as blueprint
