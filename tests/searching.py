"""How many examples a property is tried on, in a run that is the same each time and in one that searches."""

from hypothesis import settings

USUAL_EXAMPLES = 100
"""What Hypothesis takes where nobody says otherwise; the profile "fixed" leaves it so."""


def examples(usual: int) -> int:
    """``usual`` examples under the profile "fixed", and as many times more under "search" as that one tries in general."""
    return usual * settings.default.max_examples // USUAL_EXAMPLES
