package dev.perdure.runtime.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class RecordMakerTest {

  private record Line(String item, int count) {
    Line {
      if (count < 1) {
        throw new IllegalArgumentException("count is " + count);
      }
    }
  }

  private record Order(long id, @Nullable String note, List<Line> lines, boolean paid) {}

  private record Nothing() {}

  private record Tags(String... tags) {}

  @Test
  void makesRecordsOfRecordsWithWhatIsMissing() {
    Order order = Json.STORED.readValue("{\"lines\":[{\"item\":\"a\",\"count\":2}]}", Order.class);
    assertThat(order).isEqualTo(new Order(0, null, List.of(new Line("a", 2)), false));
    assertThat(Json.STRICT.readValue("{}", Nothing.class)).isEqualTo(new Nothing());
    assertThat(Json.STORED.readValue("{\"tags\":[\"a\",\"b\"]}", Tags.class).tags())
        .containsExactly("a", "b");
  }

  @Test
  void tellsWhatTheRecordItselfRefused() {
    byte[] json = "{\"item\":\"a\",\"count\":0}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Json.STRICT.readValue(json, Line.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("count is 0")
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }
}
