"""Whether a test notices that what carries a clause out is gone: each part of it removed in turn, in memory, in the tests alone.

weakenings  what can be taken from an element of each kind: a closed set
removals    which removals a clause has, and a book without one
inputs      what decides whether a removal is noticed, as one digest
run         trying them in processes of their own; what was tried before is not tried again
record      what was found, as it ships

Developers alone try removals, yet it ships: `huiyin rules coverage --removals` is part of the outer contract, and 规则 › 条款落实 reads the record.
"""
