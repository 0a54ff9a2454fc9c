"""Papers on their way to their addressees: which wait, the labels of their envelopes, and all of a day as one file to print."""
