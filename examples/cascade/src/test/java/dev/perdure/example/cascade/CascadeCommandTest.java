package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CascadeCommandTest {
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new CascadeCommand()).setErr(new PrintWriter(err)).execute(arguments);
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheValue() {
    assertThat(run("--shape", "ring")).isEqualTo(2);
    assertThat(err.toString()).contains("ring", "chain", "fan-out");
    assertThat(run("--rate", "5000")).isEqualTo(2);
    assertThat(err.toString()).contains("--rate is 5000; 1 to 150 is needed.");
    assertThat(run("--fault", "sulk")).isEqualTo(2);
    assertThat(err.toString()).contains("sulk", "hang", "errors", "slow");
  }

  @Test
  void shapesAndFaultsAreReadAsTheyAreWritten() {
    for (Shape shape : Shape.values()) {
      for (Fault fault : Fault.values()) {
        CommandLine line = new CommandLine(new CascadeCommand());
        line.parseArgs("--shape", shape.toString(), "--fault", fault.toString());
      }
    }
  }

  @Test
  void chainAndFanOutCallWhomTheyShould() {
    assertThat(Shape.CHAIN.next("a")).containsExactly("b");
    assertThat(Shape.CHAIN.next("e")).isEmpty();
    assertThat(Shape.FAN_OUT.next("a")).containsExactly("b", "c", "d", "e");
    assertThat(Shape.FAN_OUT.next("b")).isEmpty();
    assertThat(Shape.FAN_OUT.needs("d")).isTrue();
    assertThat(Shape.FAN_OUT.needs("e")).isFalse();
    assertThat(Shape.CHAIN.needs("e")).isTrue();
  }
}
