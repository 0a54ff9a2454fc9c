"""What lies sealed beside the ledger of a case, and who may read it: texts, files, who brought it, whom it accuses."""
