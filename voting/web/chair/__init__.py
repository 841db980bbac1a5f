"""The chair's pages: sign-in, sessions, sheets, slips, and one step after the other until the result."""

from voting.web import organisation as organisation  # first: its pages are made of parts of these
from voting.web.chair import agenda as agenda
from voting.web.chair import archive as archive
from voting.web.chair import attendance as attendance
from voting.web.chair import deadline as deadline
from voting.web.chair import drafts as drafts
from voting.web.chair import handing as handing
from voting.web.chair import models as models
from voting.web.chair import noted as noted
from voting.web.chair import overview as overview
from voting.web.chair import paper as paper
from voting.web.chair import paperwork as paperwork
from voting.web.chair import roster as roster
from voting.web.chair import rule as rule
from voting.web.chair import second_vote as second_vote
from voting.web.chair import sessions as sessions
from voting.web.chair import sign_in as sign_in
from voting.web.chair import slips as slips
from voting.web.chair import steps as steps
from voting.web.chair import tellers as tellers
from voting.web.chair.blueprint import blueprint as blueprint
