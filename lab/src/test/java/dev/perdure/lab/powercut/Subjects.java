package dev.perdure.lab.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;

/** Runs small programs under the recorder. */
final class Subjects {

  private static final Duration AT_MOST = Duration.ofMinutes(2);

  private Subjects() {}

  static void assumeRecorder() {
    String reason = PowerCut.unavailable().orElse("");
    Assumptions.assumeTrue(reason.isEmpty(), reason);
  }

  /** A java process of the test's own class path. */
  static ProcessBuilder java(Class<?> main, Path root, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.add(root.toString());
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command);
  }

  /** Runs a subject to its end, and checks that the recorder saw everything. */
  static Trace run(ProcessBuilder subject, Path directory) throws Exception {
    return run(subject, directory, _ -> false);
  }

  /**
   * Runs a subject to its end, and checks that the recorder saw everything else.
   *
   * @param unseen for every warning and difference: whether it is no matter
   */
  static Trace run(ProcessBuilder subject, Path directory, Predicate<String> unseen)
      throws Exception {
    Path output = directory.resolve("output");
    subject.redirectErrorStream(true).redirectOutput(output.toFile());
    Path root = directory.resolve("root");
    try (Recording recording = PowerCut.record(subject, root)) {
      assertThat(recording.await(AT_MOST)).as(() -> read(output)).isZero();
      Trace trace = recording.trace();
      assertThat(trace.warnings()).allMatch(unseen);
      assertThat(
              CrashImages.of(trace, CrashModel.STRICT)
                  .unrecorded(root, directory.resolve("comparison")))
          .allMatch(unseen);
      return trace;
    }
  }

  static String read(Path output) {
    try {
      return Files.readString(output);
    } catch (java.io.IOException unreadable) {
      return unreadable.toString();
    }
  }
}
