"""What may happen to one case. Pure: no framework, no clock, no database, no chance."""

from huiyin.procedure.command import Actor, Command, NewSubmission, Seat, Seats, TextRef, Value
from huiyin.procedure.decide import decide
from huiyin.procedure.decision import Decision
from huiyin.procedure.evolve import BrokenHistory, evolve, replay
from huiyin.procedure.guard import forbidden
from huiyin.procedure.refusal import Code, FieldProblem, ProblemCode, Refusal
from huiyin.procedure.state import OpenDuty, State

__all__ = [
    "Actor",
    "BrokenHistory",
    "Code",
    "Command",
    "Decision",
    "FieldProblem",
    "NewSubmission",
    "OpenDuty",
    "ProblemCode",
    "Refusal",
    "Seat",
    "Seats",
    "State",
    "TextRef",
    "Value",
    "decide",
    "evolve",
    "forbidden",
    "replay",
]
