"""One file per migration; none is changed once it has been released."""
