"""Records what a program sends: the types of senders, payloads and results, and no values.

What reads a recording needs nothing else of aldis: `_reading`, `_merging` and `_grammar`.
"""
