"""The read side: submissions, cases, duties, documents and who may see them."""
