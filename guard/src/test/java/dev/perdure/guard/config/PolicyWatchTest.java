package dev.perdure.guard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.Guard;
import dev.perdure.guard.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file under a real watch: whatever is done to it, the policies are never half of it. */
class PolicyWatchTest {
  private static final Duration OFTEN = Duration.ofMillis(10);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Guard guard = Guard.of(Map.of());
  @TempDir private Path folder;
  private Path file;

  private final PolicyWatch.Listener listener =
      new PolicyWatch.Listener() {
        @Override
        public void taken(Map<String, Policy> policies) {
          heard.add("taken " + policies.get("it").retry().attempts());
          throw new IllegalStateException("ignored");
        }

        @Override
        public void refused(Path path, String reason) {
          heard.add(reason);
          throw new AssertionError("ignored");
        }
      };

  private static String attempts(int number) {
    return "dependencies:\n  it:\n    retry: {attempts: " + number + "}\n";
  }

  private PolicyWatch watch() throws IOException {
    file = folder.resolve("policies.yaml");
    Files.writeString(file, attempts(1));
    PolicyWatch watch = PolicyWatch.start(file, guard, listener, OFTEN);
    assertInForce(1);
    return watch;
  }

  private void assertInForce(int attempts) {
    assertThat(guard.dependency("it").policy().retry().attempts()).isEqualTo(attempts);
  }

  private void until(BooleanSupplier condition) {
    long endNs = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("heard: %s", heard).isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void untilHeard(String word) {
    until(() -> !heard.isEmpty() && heard.getLast().contains(word));
  }

  private void rename(String text) throws IOException {
    Path other = Files.writeString(folder.resolve("next"), text);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void changeIsTakenHoweverTheFileIsReplaced() throws IOException {
    try (PolicyWatch watch = watch()) {
      assertThat(watch).isNotNull();
      Files.writeString(file, attempts(2));
      untilHeard("taken 2");
      rename(attempts(3));
      untilHeard("taken 3");
      Files.delete(file);
      untilHeard("there is no such file");
      assertInForce(3);
      Path elsewhere = Files.writeString(folder.resolve("elsewhere"), attempts(4));
      Files.createSymbolicLink(file, elsewhere);
      untilHeard("taken 4");
      assertInForce(4);
    }
    assertThat(heard).containsExactly("taken 2", "taken 3", "there is no such file", "taken 4");
  }

  @Test
  void deletedAndBackAsItWasIsNothingNew() throws IOException {
    try (PolicyWatch watch = watch()) {
      assertThat(watch).isNotNull();
      Files.delete(file);
      untilHeard("there is no such file");
      rename(attempts(1));
      untilHeard("taken 1");
      assertInForce(1);
    }
  }

  @Test
  void badFileIsRejectedWholeAndSaidOnce() throws IOException {
    try (PolicyWatch watch = watch()) {
      assertThat(watch).isNotNull();
      String half = attempts(5) + "  other:\n    retry: {attempts: 99}\n";
      Files.writeString(file, half);
      untilHeard("line 5: dependencies.other.retry: retry.attempts is 99; allowed is 1 to 10");
      assertInForce(1);
      Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
      untilHeard("it is not UTF-8");
      Files.write(file, new byte[(1 << 20) + 1]);
      untilHeard("it is larger than 1048576 bytes");
      assertInForce(1);
      rename(attempts(6));
      untilHeard("taken 6");
      assertThat(heard).hasSize(4);
    }
  }

  @Test
  void fileThatIsTooDeepForTheParserIsRefusedAndTheWatchGoesOn() throws IOException {
    try (PolicyWatch watch = watch()) {
      assertThat(watch).isNotNull();
      rename("dependencies: " + "[".repeat(200_000));
      until(() -> heard.size() == 1);
      assertInForce(1);
      rename(attempts(2));
      untilHeard("taken 2");
    }
  }

  @Test
  void watchThatIsClosedWhileItLooksTakesNothing() throws IOException {
    file = Files.writeString(folder.resolve("policies.yaml"), attempts(1));
    PolicyWatch watch = PolicyWatch.start(file, guard, listener, Duration.ofHours(1));
    Files.writeString(file, attempts(2));
    watch.looked();
    watch.close();
    watch.looked();
    assertInForce(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void emptyFileTakesNothingAway() throws IOException {
    try (PolicyWatch watch = watch()) {
      assertThat(watch).isNotNull();
      Files.writeString(file, "\n");
      untilHeard("it is empty; no dependencies are said as 'dependencies: {}'");
      assertInForce(1);
    }
  }

  @Test
  void fileThatIsBeingWrittenIsTakenOnlyWhenItStaysTheSame() throws IOException {
    file = Files.writeString(folder.resolve("policies.yaml"), attempts(1));
    // Its own looks are an hour apart: these are ours.
    try (PolicyWatch watch = PolicyWatch.start(file, guard, listener, Duration.ofHours(1))) {
      String whole = attempts(2) + "  other:\n    retry: {attempts: 3}\n";
      for (int length = 0; length <= whole.length(); length++) {
        Files.writeString(file, whole.substring(0, length));
        watch.looked();
      }
      assertThat(heard).as("each state was there for one look").isEmpty();
      watch.looked();
      watch.looked();
      assertThat(heard).containsExactly("taken 2");
      assertThat(guard.names()).containsExactly("it", "other");
    }
  }

  @Test
  void closedWatchReadsNothingMoreAndLeavesNoThread() throws IOException {
    PolicyWatch watch = watch();
    until(() -> threads() == 1);
    watch.close();
    watch.close();
    assertThat(threads()).isZero();
    Files.writeString(file, attempts(2));
    LockSupport.parkNanos(5 * OFTEN.toNanos());
    assertInForce(1);
    assertThat(heard).isEmpty();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("perdure-guard-policies"))
        .count();
  }

  @Test
  void startFailsWhenTheFileCannotBeUsed() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad"), attempts(99));
    assertThatThrownBy(() -> PolicyWatch.start(bad, guard, listener))
        .isInstanceOf(PolicyFileException.class)
        .hasMessageContaining("retry.attempts is 99");
    assertThatThrownBy(() -> PolicyWatch.start(folder.resolve("none"), guard, listener))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(threads()).isZero();
  }

  @Test
  void closingFromTheListenerEndsItToo() throws IOException {
    file = Files.writeString(folder.resolve("policies.yaml"), attempts(1));
    PolicyWatch[] own = new PolicyWatch[1];
    PolicyWatch.Listener closing =
        new PolicyWatch.Listener() {
          @Override
          public void taken(Map<String, Policy> policies) {
            own[0].close();
            heard.add("closed");
          }
        };
    own[0] = PolicyWatch.start(file, guard, closing, OFTEN);
    Files.writeString(file, attempts(2));
    untilHeard("closed");
    until(() -> threads() == 0);
  }
}
