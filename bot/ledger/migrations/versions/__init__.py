"""One file a migration; each stays as it is once it has been released."""
