package dev.perdure.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Entropy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {

  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void continuesTheCallersTrace() {
    Trace trace = Trace.continued("00-" + ID + "-" + SPAN + "-01", "vendor=1");
    assertThat(trace).isEqualTo(new Trace(ID, "vendor=1"));
    assertThat(Trace.continued("01-" + ID + "-" + SPAN + "-01-more", null))
        .isEqualTo(new Trace(ID, null));
    assertThat(Trace.continued("00-" + ID + "-" + SPAN + "-01", "x".repeat(600)))
        .isEqualTo(new Trace(ID, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + ID + "-" + SPAN,
        "00-" + ID + "-" + SPAN + "-01-more",
        "00-" + ID + "-" + SPAN + "-0g",
        "ff-" + ID + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + ID + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00_" + ID + "_" + SPAN + "_01",
      })
  void beginsANewOneForWhatIsNotValid(String parent) {
    assertThat(Trace.continued(parent, "a=b")).isNull();
  }

  @Test
  void neverGivesAnIdTwice() {
    Trace.Source source = new Trace.Source(Entropy.seeded(1));
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(ids.add(source.begin().id())).isTrue();
    }
    assertThat(ids).allMatch(id -> id.matches("[0-9a-f]{32}"));
  }
}
