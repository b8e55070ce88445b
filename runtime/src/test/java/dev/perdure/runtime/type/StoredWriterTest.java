package dev.perdure.runtime.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectWriter;

class StoredWriterTest {

  private record Line(String item, int count) {}

  /** Its accessor throws, or writes something itself. */
  private record Odd(String before, boolean nests) {
    @SuppressWarnings({"unused", "EffectivelyPrivate"}) // called by Jackson
    public String getLater() {
      if (nests) {
        return write(new Line("inner", 1));
      }
      throw new IllegalStateException("refused");
    }
  }

  private static String write(Object value) {
    ObjectWriter writer = Json.STORED.writerFor(value.getClass());
    return new String(StoredWriter.write(writer, value), StandardCharsets.UTF_8);
  }

  @Test
  void writesOneAfterTheOtherWithNothingBetween() {
    for (int i = 0; i < 3; i++) {
      assertThat(write(new Line("a", i))).isEqualTo("{\"item\":\"a\",\"count\":" + i + "}");
      assertThat(write("text")).isEqualTo("\"text\"");
    }
  }

  @Test
  void leavesNothingBehindOfWhatThrew() {
    assertThatThrownBy(() -> write(new Odd("half", false))).hasMessageContaining("refused");
    assertThat(write(new Line("a", 1))).isEqualTo("{\"item\":\"a\",\"count\":1}");
  }

  @Test
  void writesWithinAnAccessorAndWhatIsLarge() {
    assertThat(write(new Odd("outer", true))).contains("\"before\":\"outer\"", "inner");
    assertThat(write(new Line("a", 2))).isEqualTo("{\"item\":\"a\",\"count\":2}");
    assertThat(write("x".repeat(200_000))).hasSize(200_002);
    assertThat(write(new Line("a", 3))).isEqualTo("{\"item\":\"a\",\"count\":3}");
  }
}
