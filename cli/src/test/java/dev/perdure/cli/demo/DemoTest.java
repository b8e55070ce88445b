package dev.perdure.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The demo itself, small: real processes, really killed. */
class DemoTest {

  @Test
  void nothingIsLostThroughTwoKills() {
    int exit =
        new CommandLine(new DemoCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(
                "--kills",
                "2",
                "--commands",
                "2000",
                "--clients",
                "8",
                "--accounts",
                "20",
                "--output",
                "json");
    assertThat(exit).isZero();
  }
}
