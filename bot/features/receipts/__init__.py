"""What became of a request, for whoever asks afterwards."""
