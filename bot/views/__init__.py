"""Block Kit as pure functions: values in, dictionaries out."""
