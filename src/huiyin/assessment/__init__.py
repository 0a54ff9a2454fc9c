"""How well units do the work (考核): schemes, runs, scores, appeals. Never how many petitions came, and never who petitions."""
