"""(5) What happens to an accepted request, durably, whichever feature it belongs to."""
