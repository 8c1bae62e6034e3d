from copydesk.testing.postgres import postgres_folder

__all__ = ["postgres_folder"]
