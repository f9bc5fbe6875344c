"""Records the sends of a program: the types of senders, payloads and results, but no values.

`_reading`, `_merging` and `_grammar`, which read a recording, need nothing else of aldis.
"""
