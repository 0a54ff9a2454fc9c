"""What changes a case without an action of the rulebook: a correction, a handing over, a due time that is calculated anew."""
