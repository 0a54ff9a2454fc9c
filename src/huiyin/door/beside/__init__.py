"""What is written beside the ledger of a case, in the transaction of its events or in one of its own: sealed texts and files, query codes
given out, requests to know who brought it, what was read, and what is counted for a while.
"""
