"""What the engine does where a clause is carried out, as records that a clerk can lay beside the clause: one file a clause.

scene    a case as its people work on it, then one attempt: what comes of it, in words
explore  scenes of a procedure, found by driving the engine to wherever something else may be done
choose   of these, for each part of each element that cites a clause, one that goes otherwise without the part
renew    writes the files anew (python -m tests.procedure.recorded.renew)
"""
