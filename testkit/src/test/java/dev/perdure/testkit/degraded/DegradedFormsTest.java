package dev.perdure.testkit.degraded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Generated tests of each degraded form, and of one that is declared wrongly. */
class DegradedFormsTest {

  @TempDir private Path folder;

  private record Order(String from, String to, long amount, List<String> lines) {}

  /** Loses what it is given. */
  record Forgetful(String what) {
    Forgetful {
      what = what + "!";
    }
  }

  private static Service of(Capability... declared) {
    return new Service() {
      @Override
      public String name() {
        return "some";
      }

      @Override
      public String version() {
        return "1";
      }

      @Override
      public List<Entity<?, ?, ?>> entities() {
        return List.of();
      }

      @Override
      public List<Capability> capabilities() {
        return List.of(declared);
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> everyForm() {
    return DegradedForms.of(
        of(
            Capability.critical("books").needs(Capability.JOURNAL),
            Capability.critical("checks").needs("one"),
            Capability.important("rates")
                .needs("two", Capability.JOURNAL)
                .degraded(Degraded.answer("none")),
            Capability.important("scores").needs("three").degraded(Degraded.disabled("no scores")),
            Capability.optional("old")
                .needs("four")
                .degraded(Degraded.stale(Duration.ofMinutes(1))),
            Capability.optional("mail")
                .needs("five")
                .degraded(
                    Degraded.later(Order.class, (order, call) -> {}, Duration.ofHours(1), 10))),
        folder);
  }

  @Test
  void whatIsNotADependencyNeedsNoTest() {
    assertThat(DegradedForms.of(of(Capability.critical("b").needs(Capability.JOURNAL)), folder))
        .isEmpty();
  }

  @Test
  void argumentsThatDoNotComeBackAreFound() {
    assertThatThrownBy(() -> Sample.of(Forgetful.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("do not come back");
  }
}
