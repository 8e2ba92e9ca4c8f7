"""What happens to an accepted request, durably."""
