package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka broker of our own, its own controller (KRaft), in a JVM of its own. Its jars are those on
 * the class path that it is given; it makes no topics by itself.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final String CLUSTER_ID = "cGVyZHVyZS1sYWItMDAwMQ";

  private final OutsideProcess process;
  private final int port;

  private KafkaBroker(OutsideProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Makes a broker in a new directory under {@code parent} and starts it.
   *
   * @param classPath with {@code org.apache.kafka:kafka_2.13} and what it needs
   */
  public static KafkaBroker start(Path parent, String classPath) {
    try {
      Path folder = Files.createTempDirectory(parent, "kafka-");
      int port = OutsideProcess.freePort();
      Path properties = folder.resolve("server.properties");
      Files.writeString(properties, properties(folder, port, OutsideProcess.freePort()));
      Path logging = folder.resolve("log4j2.yaml");
      Files.writeString(logging, LOGGING);
      List<String> java = java(classPath, logging);
      List<String> format = new ArrayList<>(java);
      format.addAll(List.of("kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID));
      format.addAll(List.of("--config", properties.toString()));
      OutsideProcess.complete("formatting Kafka's storage", folder, format);
      List<String> run = new ArrayList<>(java);
      run.addAll(List.of("kafka.Kafka", properties.toString()));
      KafkaBroker broker = new KafkaBroker(new OutsideProcess("Kafka", folder, port, run), port);
      broker.start();
      return broker;
    } catch (IOException e) {
      throw new LabException("Kafka cannot be set up under " + parent, e);
    }
  }

  private static final String LOGGING =
      """
      Configuration:
        Appenders:
          Console:
            name: out
            PatternLayout:
              pattern: "%d %p %m (%c)%n"
        Loggers:
          Root:
            level: WARN
            AppenderRef:
              ref: out
      """;

  private static String properties(Path folder, int port, int controllerPort) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
    log.dirs=%3$s
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    group.initial.rebalance.delay.ms=0
    broker.session.timeout.ms=2000
    broker.heartbeat.interval.ms=500
    log.cleaner.dedupe.buffer.size=4194304
    """
        .formatted(port, controllerPort, folder.resolve("data"));
  }

  /** Without the logging library of ours: Kafka has its own. */
  private static List<String> java(String classPath, Path logging) {
    String own =
        Stream.of(classPath.split(java.io.File.pathSeparator, -1))
            .filter(one -> !one.contains("logback") && !one.contains("jdk-platform-logging"))
            .collect(Collectors.joining(java.io.File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dlog4j2.configurationFile=" + logging,
        "-cp",
        own);
  }

  /** Starts it again. It may take a moment longer until it serves. */
  public void start() {
    process.start();
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** For {@code bootstrap.servers}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.close();
  }
}
