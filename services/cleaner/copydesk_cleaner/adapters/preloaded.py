"""Loads what a page needs by being imported: the server that forks the workers does so, and they start at once."""

from copydesk_cleaner.adapters.documents import warm_up

warm_up()
