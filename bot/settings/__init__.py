"""Reads settings of any kind: what a value may look like, and a clear line for each wrong one."""
