"""Everything that the prover may say, as codes with parameters; their words are in the catalogues of translations."""
