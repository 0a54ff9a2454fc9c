"""Following what pages offer, with and without a browser: `offers` reads pages, `controls` says what is written into a form,
`windows` are what somebody sits before, `clerks` is everybody of an office."""
