from copydesk.testing.kafka_fixtures import kafka_broker

__all__ = ["kafka_broker"]
