"""Who may request a registry: a pure rule, the facts that it needs, and a record of each denial."""
