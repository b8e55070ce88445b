package dev.perdure.tidy;

import java.util.List;
import java.util.Set;

/**
 * The places where a ban does not hold, each with its reason. A door is as narrow as it can be: one
 * file, or a folder (closing slash) whose whole purpose needs it.
 */
final class Doors {

  /**
   * One exemption.
   *
   * @param path a file, or a folder with a closing slash, relative to the root
   * @param topics what is allowed there
   * @param reason why there and nowhere else
   */
  record Door(String path, Set<Bans.Topic> topics, String reason) {
    boolean covers(SourceFile file) {
      return path.endsWith("/") ? file.path().startsWith(path) : file.path().equals(path);
    }
  }

  private static final String LEDGER = "examples/ledger/src/main/java/dev/perdure/example/ledger/";

  static final List<Door> ALL =
      List.of(
          new Door(
              "kernel/src/main/java/dev/perdure/kernel/SystemClock.java",
              Set.of(Bans.Topic.WALL_CLOCK, Bans.Topic.MONOTONIC_CLOCK),
              "the one reader of the machine's clocks"),
          new Door(
              "kernel/src/main/java/dev/perdure/kernel/Entropy.java",
              Set.of(Bans.Topic.RANDOMNESS),
              "the one source of randomness that has no seed"),
          new Door(
              "client/src/main/java/dev/perdure/client/Machine.java",
              Set.of(Bans.Topic.MONOTONIC_CLOCK, Bans.Topic.RANDOMNESS),
              "the client sees no other module: its deadlines, operation ids and jitter"),
          new Door(
              "guard/src/main/java/dev/perdure/guard/SystemTime.java",
              Set.of(Bans.Topic.MONOTONIC_CLOCK, Bans.Topic.RANDOMNESS),
              "the guard sees no other module: its one reader of clock and chance"),
          new Door(
              "connect/src/main/java/dev/perdure/connect/webhook/WallClock.java",
              Set.of(Bans.Topic.WALL_CLOCK),
              "it sees the api module alone: when a request was signed"),
          new Door(
              "examples/cascade/src/main/java/dev/perdure/example/cascade/CascadeCommand.java",
              Set.of(Bans.Topic.PRINTING),
              "a command that does not see the cli: prints its progress and result"),
          new Door(
              LEDGER + "imports/",
              Set.of(Bans.Topic.MONOTONIC_CLOCK, Bans.Topic.PRINTING),
              "a command of its own that sees the api module alone: prints its progress and rate"),
          new Door(
              LEDGER + "http/",
              Set.of(Bans.Topic.MONOTONIC_CLOCK, Bans.Topic.RANDOMNESS),
              "a client that sees the api module alone: patience and jitter of its retries"));

  private Doors() {}

  static boolean open(SourceFile file, Bans.Topic topic) {
    return ALL.stream().anyMatch(door -> door.covers(file) && door.topics().contains(topic));
  }
}
