from copydesk.testing.kafka_fixtures import kafka_broker
from copydesk.testing.postgres import empty_database, postgres_folder, postgres_server

__all__ = ["empty_database", "kafka_broker", "postgres_folder", "postgres_server"]
