"""Versions of the ledger's tables, run by Alembic on opening; `env.py` is Alembic's door into them."""
