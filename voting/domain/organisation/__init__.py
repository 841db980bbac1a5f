"""The organisation around many votes: units, roles, officials, cycles, and what follows a published result.

All of it stands on published results; nothing here comes nearer to a single vote than the board already is
(docs/adr/0016).
"""
