"""What is the same for every call that leaves the process, whichever cloud it goes to."""
