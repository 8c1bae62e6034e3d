import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows articles.tagged: prints a line for each article and each withdrawal, and what it skips.
 *
 * <p>Needs Kafka's client and Jackson, nothing of Copydesk's. Arguments: bootstrap servers, group, folder of large
 * bodies (blob storage), prefix of topics (may be empty), and optionally after how many records to stop.
 */
public final class ReadArticles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REMEMBERED_IDS = 100_000;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Path blobs;
    /** Ids of messages seen lately. A consumer that keeps state would store them with it, in one transaction. */
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED_IDS;
        }
    });

    private ReadArticles(Path blobs) {
        this.blobs = blobs;
    }

    public static void main(String[] arguments) throws IOException {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("group.id", arguments[3] + arguments[1]);
        settings.put("enable.auto.commit", "false"); // we commit what is done, not what was fetched
        settings.put("auto.offset.reset", "earliest");
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        long limit = arguments.length > 4 ? Long.parseLong(arguments[4]) : Long.MAX_VALUE;
        ReadArticles reader = new ReadArticles(Path.of(arguments[2]));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(arguments[3] + "articles.tagged"));
            for (long read = 0; read < limit; ) {
                Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (read++ < limit) {
                        reader.handle(record);
                        done.put(
                                new TopicPartition(record.topic(), record.partition()),
                                new OffsetAndMetadata(record.offset() + 1));
                    }
                }
                consumer.commitSync(done); // after the work: what a crash interrupts comes again
            }
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String id = header(record, "ce_id");
        if (id == null) {
            OUT.printf("skipped %s[%d]@%d: not a CloudEvent%n", record.topic(), record.partition(), record.offset());
        } else if (!seen.add(id)) {
            OUT.printf("repeated %s%n", id);
        } else {
            dispatch(header(record, "ce_type"), record);
        }
    }

    private void dispatch(String type, ConsumerRecord<byte[], byte[]> record) throws IOException {
        switch (type) {
            case "copydesk.ArticleTagged.v1" -> article(JSON.readTree(body(record)), header(record, "ce_dataschema"));
            case "copydesk.PageWithdrawn.v1" -> {
                JsonNode page = JSON.readTree(body(record));
                OUT.printf("withdrawn %s (%s)%n", page.get("id").asText(), page.path("reason").asText("gone"));
            }
            default -> OUT.printf("skipped %s: unknown type%n", type); // new kinds of messages may come
        }
    }

    /** Optional fields may be null or, in messages of older versions, absent; fields that are not asked for may come. */
    private static void article(JsonNode article, String schema) {
        StringBuilder entities = new StringBuilder();
        String text = article.get("text").asText();
        for (JsonNode entity : article.path("entities")) {
            // Offsets count code points; Java's strings count UTF-16 units.
            int start = text.offsetByCodePoints(0, entity.get("start").asInt());
            int end = text.offsetByCodePoints(0, entity.get("end").asInt());
            entities.append(entities.isEmpty() ? "" : ", ").append(text, start, end);
        }
        OUT.printf(
                "article %s version %s [%s] %s (%d characters) entities: %s%n",
                article.get("id").asText(),
                schema == null ? "1.0" : schema.substring(schema.lastIndexOf(':') + 1),
                article.path("language").path("tag").asText("und"),
                article.path("title").asText("untitled"),
                text.codePointCount(0, text.length()),
                entities);
    }

    /** A value too large for a record lies in blob storage, under its hash. */
    private byte[] body(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String claim = header(record, "claim-check");
        if (claim == null) {
            return record.value();
        }
        if (!claim.matches("[0-9a-f]{64}")) {
            throw new IOException("no SHA-256: " + claim);
        }
        return Files.readAllBytes(blobs.resolve(claim.substring(0, 2)).resolve(claim.substring(2, 4)).resolve(claim));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
