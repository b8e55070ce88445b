package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace's format, from the harness's side; the recorder's side is in {@link RecorderTest}. */
class TraceFileTest {

  private static final List<Operation> ALL =
      List.of(
          new Operation.BaseDirectory("", 1, 0755),
          new Operation.Marked("acked é"),
          new Operation.Create("ä/b", Long.MAX_VALUE, 0600),
          new Operation.Truncate(2, 1L << 40),
          new Operation.Allocate(2, 3, 4, 5),
          new Operation.Rename("from", "to", 2),
          new Operation.Link("one", "two"),
          new Operation.Unlink("u"),
          new Operation.MakeDirectory("d", 3, 0700),
          new Operation.RemoveDirectory("d"),
          new Operation.ChangeMode(2, 0444),
          new Operation.SyncBegin("f", 2, SyncCall.FDATASYNC, 77),
          new Operation.SyncEnd(77, 28),
          new Operation.Warning("w", "went past"));

  @TempDir Path directory;

  @Test
  void everyOperationComesBackAsItWasWritten() throws IOException {
    Path path = directory.resolve("trace");
    try (TraceFile file = TraceFile.create(path)) {
      for (Operation operation : ALL) {
        file.append(operation);
      }
    }
    assertThat(TraceFile.read(path)).isEqualTo(ALL);
  }

  @Test
  void dataComesBackAsItWasWritten() throws IOException {
    Path path = directory.resolve("trace");
    MemorySegment data = MemorySegment.ofArray("payload".getBytes(UTF_8));
    try (TraceFile file = TraceFile.create(path)) {
      file.append(new Operation.Write(2, 99, true, data));
      file.append(new Operation.BaseFile("f", 3, 0644, data));
    }
    List<Operation> read = TraceFile.read(path);
    assertThat(read.getFirst())
        .isInstanceOfSatisfying(
            Operation.Write.class,
            write -> {
              assertThat(write.offset()).isEqualTo(99);
              assertThat(write.through()).isTrue();
              assertThat(write.data().toArray(ValueLayout.JAVA_BYTE))
                  .isEqualTo("payload".getBytes(UTF_8));
            });
    assertThat(read.getLast())
        .isInstanceOfSatisfying(
            Operation.BaseFile.class,
            base -> assertThat(base.content().mismatch(data)).isEqualTo(-1));
  }

  @Test
  void whatADyingProcessLeftBehindTheValidBytesIsNotRead() throws IOException {
    Path path = directory.resolve("trace");
    try (TraceFile file = TraceFile.create(path)) {
      file.append(ALL.get(1));
      Files.write(path, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
      assertThat(TraceFile.read(path)).containsExactly(ALL.get(1));
      file.append(ALL.get(2));
    }
    assertThat(TraceFile.read(path)).containsExactly(ALL.get(1), ALL.get(2));
  }

  @Test
  void refusesWhatIsNotATrace() throws IOException {
    Path other = Files.write(directory.resolve("other"), new byte[100]);
    assertThatThrownBy(() -> Trace.read(other)).isInstanceOf(CorruptionException.class);
    Path tooShort = Files.write(directory.resolve("short"), new byte[3]);
    assertThatThrownBy(() -> Trace.read(tooShort))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("3 bytes");
  }
}
