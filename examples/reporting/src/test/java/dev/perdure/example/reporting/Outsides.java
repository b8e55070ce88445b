package dev.perdure.example.reporting;

import dev.perdure.lab.outside.KafkaBroker;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresServer;
import dev.perdure.lab.outside.ServiceProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A node, its database and its broker: real processes, each of which can be killed. */
final class Outsides implements AutoCloseable {

  static final String TOPIC = "account-events";

  private static final int PARTITIONS = 4;

  private final PostgresServer database;
  private final KafkaBroker broker;
  private final ServiceProgram node;

  /** Starts all three; what listens is ready or will be soon. */
  Outsides(Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    database = postgres(folder);
    broker = KafkaBroker.start(folder, System.getProperty("java.class.path"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      NewTopic topic = new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty());
      admin.createTopics(List.of(topic)).all().get(60, TimeUnit.SECONDS);
    }
    node =
        ServiceProgram.start(
            folder,
            Main.class.getName(),
            Map.of(
                "REPORTING_DATABASE_URL",
                database.url(),
                "REPORTING_DATABASE_USER",
                database.user(),
                "REPORTING_KAFKA",
                broker.address()));
  }

  private static PostgresServer postgres(Path folder) {
    try {
      return PostgresServer.start(folder);
    } catch (NotInstalled e) {
      return org.junit.jupiter.api.Assumptions.abort(e.getMessage());
    }
  }

  PostgresServer database() {
    return database;
  }

  String brokers() {
    return broker.address();
  }

  String node() {
    return node.url();
  }

  /** Who can be killed. */
  enum Victim {
    NODE,
    DATABASE,
    BROKER
  }

  void kill(Victim victim) {
    switch (victim) {
      case NODE -> node.kill();
      case DATABASE -> database.kill();
      case BROKER -> broker.kill();
    }
  }

  void start(Victim victim) {
    switch (victim) {
      case NODE -> node.start();
      case DATABASE -> database.start();
      case BROKER -> broker.start();
    }
  }

  @Override
  public void close() {
    node.close();
    broker.close();
    database.close();
  }
}
