"""The archive (归档): the file of a case as one package that can be checked without us, put away, lent and handed over."""
