from copydesk.testing.postgres import database, empty_database, pool, postgres_folder, postgres_server

__all__ = ["database", "empty_database", "pool", "postgres_folder", "postgres_server"]
