package dev.perdure.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Output;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class DemoTableTest {

  private static final DemoReport.Rate RATE = new DemoReport.Rate(14.5, 3.5, 5454, 6.1, 31.0);

  @Test
  void saysWhatHeldAndWhereToLookNext() {
    String table = DemoTable.of(report(true, null), Ansi.OFF);
    assertThat(table)
        .contains("1          10,321                   64        0.71 s        0.73 s")
        .contains("median 0.90 s, worst 0.90 s")
        .contains("60,000 in 14.5 s, of which 3.5 s without a node: 5,454/s")
        .contains("  held    nothing is lost")
        .contains("Nothing was lost and nothing was done twice, through 2 kills.")
        .contains("./perdure demo --keep")
        .doesNotContain("\u001b");
    assertThat(DemoTable.of(report(true, null), Ansi.ON)).contains("\u001b[32mheld");
  }

  @Test
  void saysWhatFailedAndWhereAKeptNodeIs() {
    DemoReport.Kept kept =
        new DemoReport.Kept(77, "http://127.0.0.1:1", "http://127.0.0.1:2", "data", "log");
    assertThat(DemoTable.of(report(false, kept), Ansi.OFF))
        .contains("  FAILED  nothing is lost")
        .contains("Not everything held")
        .contains("kill 77")
        .contains("http://127.0.0.1:2/readyz?verbose");
  }

  @Test
  void hasTheSameInJson() {
    assertThat(Output.json(report(true, null)))
        .contains("\"holds\" : true")
        .contains("\"first_reply_ms\" : 730")
        .contains("\"answers_per_second\" : 5454")
        .doesNotContain("\"node\"");
  }

  private static DemoReport report(
      boolean held, DemoReport.@org.jspecify.annotations.Nullable Kept kept) {
    return new DemoReport(
        held,
        "60,000 commands of 64 clients",
        1,
        620,
        List.of(new Kill(1, 10_321, 64, 710, 730), new Kill(2, 20_321, 63, 880, 900)),
        60_000,
        RATE,
        398,
        57,
        List.of(new Check("nothing is lost", held, "0 lost")),
        kept);
  }
}
