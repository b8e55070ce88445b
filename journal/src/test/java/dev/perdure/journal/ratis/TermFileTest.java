package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Member;
import dev.perdure.journal.ReplicaOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Votes while nothing can be written. As in {@link FailedLogTest} the disk's end is played by the
 * limit of a file's size, here of none at all, which is lifted again.
 */
final class TermFileTest {

  private static final Pattern TERM = Pattern.compile("(?m)^term=(\\d+)$");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TRANSFER_MAX = Duration.ofSeconds(1);

  @TempDir private Path directory;

  /** Three peers; the second is to lead while nothing can be written; then all go on. */
  static final class Voters {
    private Voters() {}

    public static void main(String[] args) {
      try {
        run(Path.of(args[0]));
      } catch (Exception | AssertionError e) {
        System.out.println("Exception: " + e);
      }
      Runtime.getRuntime().halt(0);
    }

    private static void run(Path directory) throws Exception {
      TestPeer one = new TestPeer("n1", directory, ReplicaOrigin.FOUNDED).start();
      TestPeer two = new TestPeer("n2", directory, ReplicaOrigin.JOINED).start();
      TestPeer three = new TestPeer("n3", directory, ReplicaOrigin.JOINED).start();
      List<TestPeer> all = List.of(one, two, three);
      long term = one.replica.awaitLeading();
      change(one, one.member, two.member);
      change(one, one.member, two.member, three.member);
      one.append(term, "before");
      for (TestPeer each : all) {
        each.replica.awaitCount(1);
      }
      long before = term(directory, two);
      limit("0");
      transfer(one, two);
      two.replica.await("a failure of the log", () -> two.replica.logFailure() != null);
      System.out.println("failed " + two.replica.logFailure());
      System.out.println("stood " + (term(directory, two) == before));
      limit("unlimited");
      for (TestPeer each : all) {
        if (each.replica.logFailure() != null) {
          each.replica.takeSnapshot();
          each.journal.start();
        }
      }
      appendSomewhere(all, "after");
      for (TestPeer each : all) {
        each.replica.awaitCount(2);
        System.out.println("whole " + (term(directory, each) >= before));
      }
    }

    private static void limit(String soft) throws Exception {
      String self = String.valueOf(ProcessHandle.current().pid());
      int code =
          new ProcessBuilder("prlimit", "--pid", self, "--fsize=" + soft + ":unlimited")
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException("prlimit ended with " + code);
      }
    }

    private static void change(TestPeer leader, Member... members) throws Exception {
      while (true) {
        try {
          leader
              .membership()
              .change(List.of(members), PATIENCE)
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          return;
        } catch (ExecutionException e) {
          // On a starved machine the engine gives a new member up within seconds.
          System.out.println("again: " + e.getCause());
        }
      }
    }

    private static void transfer(TestPeer from, TestPeer to) throws Exception {
      try {
        from.membership()
            .transfer(to.name, TRANSFER_MAX)
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        System.out.println("transferred");
      } catch (ExecutionException e) {
        System.out.println("refused");
      }
    }

    private static void appendSomewhere(List<TestPeer> all, String text) {
      RecordingReplica any = all.getFirst().replica;
      any.await("a leader", () -> all.stream().anyMatch(one -> one.replica.leadingTerm() >= 0));
      for (TestPeer one : all) {
        if (one.replica.leadingTerm() >= 0) {
          one.append(one.replica.leadingTerm(), text);
        }
      }
    }

    /** The term on disk; -1 if the file does not hold one. */
    private static long term(Path directory, TestPeer peer) throws IOException {
      Path shard = ShardGroup.directory(directory.resolve(peer.name), 0);
      Matcher term = TERM.matcher(Files.readString(shard.resolve("current").resolve("raft-meta")));
      return term.find() ? Long.parseLong(term.group(1)) : -1;
    }
  }

  @Test
  void aTermThatCannotBeWrittenLeavesTheOneBeforeAndTheReplicaGoesOnLater() throws IOException {
    try (ChildJvm child = ChildJvm.start(Voters.class, 0, directory.toString())) {
      assertThat(child.lines())
          .filteredOn(line -> line.matches("(transferred|refused|failed|stood|whole|Exc).*"))
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("refused"),
              line -> assertThat(line).startsWith("failed java.io.IOException"),
              line -> assertThat(line).isEqualTo("stood true"),
              line -> assertThat(line).isEqualTo("whole true"),
              line -> assertThat(line).isEqualTo("whole true"),
              line -> assertThat(line).isEqualTo("whole true"));
    }
  }
}
