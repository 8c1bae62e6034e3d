from copydesk.testing.kafka_fixtures import kafka_broker
from copydesk.testing.postgres import database, empty_database, pool, postgres_folder, postgres_server

__all__ = ["database", "empty_database", "kafka_broker", "pool", "postgres_folder", "postgres_server"]
