package dev.perdure.connect.webhook;

import dev.perdure.connect.Purse;
import dev.perdure.connect.RunningNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A node in a process of its own that puts coins into purses until it is killed. */
final class KilledNode implements AutoCloseable {

  static final int PURSES = 5;

  private final Process process;

  private KilledNode(Process process) {
    this.process = process;
  }

  static KilledNode start(Path data, URI target, File log) throws IOException {
    return new KilledNode(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledNode.class.getName(),
                    data.toString(),
                    target.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start());
  }

  static Webhook webhook(URI target) {
    return Webhook.of("purse-hook", "purse", target, WebhookSecret.of(Receiver.SECRET));
  }

  /** The process. It ends with the one that started it, which may be killed, too. */
  public static void main(String[] args) {
    Thread.ofPlatform().daemon().start(KilledNode::endWithParent);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook(URI.create(args[1])));
        RunningNode node = new RunningNode(Path.of(args[0]), outbox)) {
      for (int i = 0; ; i++) {
        node.put(i, i + 1, PURSES);
      }
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // nobody writes to it
      }
    } catch (IOException e) {
      // it is gone
    }
    Runtime.getRuntime().halt(1);
  }

  boolean runs() {
    return process.isAlive();
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
