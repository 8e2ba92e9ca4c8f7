"""Reading the settings, whichever there are: what a value may look like, and a clear line for each that is wrong."""
