package dev.perdure.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.disk.DiskMeasurement;
import dev.perdure.bench.disk.DiskMeasurement.Placement;
import dev.perdure.bench.load.Measurement;
import dev.perdure.bench.load.Measurement.Cpu;
import dev.perdure.bench.load.Measurement.Latency;
import dev.perdure.bench.report.Outcome.Failed;
import dev.perdure.bench.report.Outcome.Measured;
import dev.perdure.bench.report.Outcome.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  private static final Machine MACHINE =
      new Machine(2, 24L << 30, "Linux 6.1 amd64", "25+36, Vendor", 6L << 30, "ext4", "15.4");

  @TempDir private Path directory;

  private static Measurement measurement(String target, long operations, long failures) {
    return new Measurement(
        target,
        256,
        10,
        operations,
        new Latency(1_234, 8_000, 45_600, 123_456),
        new Cpu(10.25, 3.5),
        List.of(operations / 10, operations / 20),
        target.equals("fast") ? 141.4 : null,
        target.equals("fast") ? 98.76 : null,
        failures,
        failures == 0 ? null : "refused");
  }

  private static Report report(long failures) {
    return new Report(
        "2026-01-31",
        "./perdure bench entities --seconds 10",
        MACHINE,
        "10,000 accounts.",
        List.of(
            new Measured("fast", "all is on disk", List.of(measurement("fast", 1_200_000, 0))),
            new Measured("slow", "half is on disk", List.of(measurement("slow", 40_000, failures))),
            new Skipped("absent", "it is not installed")),
        List.of(
            new DiskMeasurement(4_096, Placement.PREALLOCATED, 5, 40_000, 110, 300),
            new DiskMeasurement(256, Placement.PREALLOCATED, 5, 50_000, 100, 250)));
  }

  @Test
  void showsPeopleAlignedFiguresWithRatios() {
    assertThat(TextReport.of(report(0)))
        .isEqualTo(
            """
            10,000 accounts.
            2026-01-31, 2 cores, 24 GiB of memory, Linux 6.1 amd64, JDK 25+36, Vendor, heap up to 6.0 GiB, ext4, PostgreSQL: 15.4

            target  callers    ops/s  slowest s  p50 ms  p99 ms  p99.9 ms  max ms  CPU µs/op  of it outside  bytes/op  ops/force  x disk
            fast        256  120,000     60,000    1.23    8.00      45.6     123       13.8           3.50       141       98.8    12.0
            slow        256    4,000      2,000    1.23    8.00      45.6     123       13.8           3.50         -          -    0.40

            256 callers  x fast  x slow
            fast           1.00    30.0
            slow           0.03    1.00

            append and force  bytes  forces/s  MB/s  p50 ms  p99 ms
            preallocated      4,096     8,000  32.8    0.11    0.30
            preallocated        256    10,000  2.56    0.10    0.25

            fast: when it answers, all is on disk.
            slow: when it answers, half is on disk.
            absent: skipped: it is not installed
            """);
  }

  @Test
  void writesJsonWithEveryFigure() {
    JsonNode json = new JsonMapper().readTree(JsonReport.of(report(0)));
    assertThat(json.at("/outcomes/0/measurements/0/latency/p99Us").asDouble()).isEqualTo(8_000);
    assertThat(json.at("/outcomes/0/measurements/0/operationsPerSecond/1").asLong())
        .isEqualTo(60_000);
    assertThat(json.at("/outcomes/2/reason").asString()).isEqualTo("it is not installed");
    assertThat(json.at("/disk/1/forces").asLong()).isEqualTo(50_000);
    assertThat(json.at("/machine/postgresql").asString()).isEqualTo("15.4");
  }

  @Test
  void replacesOnlyWhatIsBetweenTheMarksOfADocument() throws Exception {
    Path document = directory.resolve("benchmarks.md");
    Files.writeString(
        document,
        "# Before\n" + MarkdownReport.BEGIN + "\nold\n" + MarkdownReport.END + "\nAfter\n");
    MarkdownReport.update(document, report(0));
    MarkdownReport.update(document, report(0));
    assertThat(Files.readString(document))
        .startsWith("# Before\n" + MarkdownReport.BEGIN + "\n")
        .endsWith(MarkdownReport.END + "\nAfter\n")
        .doesNotContain("old")
        .containsOnlyOnce("- Repeat: `./perdure bench entities --seconds 10`")
        .contains("| fast   |     256 | 120,000 |");
  }

  @Test
  void refusesADocumentWithoutMarks() throws Exception {
    Path document = directory.resolve("benchmarks.md");
    Files.writeString(document, "# Nothing\n");
    assertThatThrownBy(() -> MarkdownReport.update(document, report(0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not have the lines");
    assertThat(Files.readString(document)).isEqualTo("# Nothing\n");
  }

  @Test
  void isNotSoundWhenAnOperationFailed() {
    assertThat(report(0).sound()).isTrue();
    assertThat(report(3).sound()).isFalse();
    assertThat(TextReport.of(report(3)))
        .contains("With 256 callers 3 operations FAILED, the first: refused");
  }

  @Test
  void isNotSoundWhenATargetFailed() {
    Report report =
        new Report(
            "2026-01-31",
            "",
            MACHINE,
            "",
            List.of(new Failed("broken", "its balances differ")),
            List.of());
    assertThat(report.sound()).isFalse();
    assertThat(TextReport.of(report)).contains("broken: FAILED: its balances differ");
  }
}
