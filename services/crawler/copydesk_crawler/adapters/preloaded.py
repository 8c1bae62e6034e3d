"""Loads what a document needs by being imported: the server that forks the workers does so, and they start at once."""

from copydesk_crawler.adapters.document_workers import warm_up

warm_up()
