package dev.perdure.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EntitiesBenchTest {

  @TempDir private Path directory;

  @Test
  void measuresWhatThePlanNamesAndLeavesNothing() throws Exception {
    List<String> progress = new ArrayList<>();
    var load = new Harness.Plan(List.of(1), 10, Duration.ZERO, Duration.ofMillis(20), 1);
    Report report =
        EntitiesRun.run(
            new EntitiesPlan(List.of(EntitiesPlan.DISK), load, directory, "again"), progress::add);
    assertThat(report.outcomes()).isEmpty();
    assertThat(report.disk()).hasSize(6);
    assertThat(report.command()).isEqualTo("again");
    assertThat(report.sound()).isTrue();
    assertThat(progress).containsExactly("disk: appending and forcing");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void namesTheTargetsThereAreWhenOneIsUnknown() {
    var errors = new StringWriter();
    int code =
        new CommandLine(new EntitiesBench())
            .setErr(new PrintWriter(errors))
            .execute("--targets", "postgres");
    assertThat(code).isEqualTo(2);
    assertThat(errors.toString())
        .contains("there is no target postgres; there are")
        .contains("postgresql");
  }

  @Test
  void explainsItselfWithAnExample() {
    assertThat(new CommandLine(new EntitiesBench()).getUsageMessage())
        .contains("--callers")
        .contains("./perdure bench entities --output json");
  }
}
