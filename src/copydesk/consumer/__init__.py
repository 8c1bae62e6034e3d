"""Reading the topics in Python: `async for article in consume("articles.tagged", group="me")`."""

from copydesk.consumer.consuming import consume
from copydesk.consumer.consumption import Consumption
from copydesk.consumer.records import ConsumedRecord, UndecodableRecordError

__all__ = ["ConsumedRecord", "Consumption", "UndecodableRecordError", "consume"]
