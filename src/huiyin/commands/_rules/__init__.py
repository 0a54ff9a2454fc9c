"""Parts of `huiyin rules` that are commands of several files."""
