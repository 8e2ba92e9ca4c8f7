"""Where the access key comes from, and how a temporary one is renewed before it ends.

The ways and their order are those of the vendor's SDK (docs/facts/codearts.md sections 0 and 3e). Each source is a module:
it fetches one key, or raises `NoCredentials`. `key_cache.py` caches the key and renews it.
"""
