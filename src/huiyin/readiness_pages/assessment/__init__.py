"""Pages of assessments: schemes, runs, and a unit in a run."""
