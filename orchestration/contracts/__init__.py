"""What a partner promised: the typed contract, its loader and what is rendered from it.

Here belong the model of a contract, the canonical fields of each feed and the periods a file may
cover. Nothing here reads a partner's file (that is ``intake``) or knows a partner by name.
"""
