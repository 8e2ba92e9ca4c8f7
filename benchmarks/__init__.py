"""Measured beside its peers: each figure from runs that take turns, and the ratio of the two with its spread.

`python -m benchmarks` (`make bench`) runs the pairs of `benchmarks/pairs/` and prints a table. Three kinds of processes:

- the contestants: the bot as it is started in production, and the peers of `benchmarks/peers/`;
- the world (`world.py`): sends signed commands and forms, and plays Slack and CodeArts with answers of the fewest bytes
  that are still right. It is one process for all contestants of a pair, so what it costs, it costs everybody;
- this one, which starts them, tells the world what to do and reads the contestants' CPU clocks and memory.

The machine is noisy and shared, so only ratios are to be quoted.
"""
