"""Who may ask for a registry: a pure rule, the facts that it needs, and a record of each no."""
