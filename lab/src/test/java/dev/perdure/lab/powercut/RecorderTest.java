package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorder sees every way to change a file, and says when something went past it. */
class RecorderTest {

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  @TempDir Path directory;

  private Path root;

  @BeforeEach
  void needsTheRecorder() {
    Subjects.assumeRecorder();
    root = directory.resolve("root");
  }

  @Test
  void traceTellsTheDirectoryAsTheProcessLeftIt() throws Exception {
    Trace trace = Subjects.run(calls("all"), directory);
    assertThat(trace.marks()).extracting(Mark::text).containsExactly("start", "end");
    assertThat(Files.exists(root.resolve(PowerCut.MARK_FILE))).isFalse();
    assertThat(trace.syncs("a")).extracting(Sync::call).containsExactly(SyncCall.FDATASYNC);
    assertThat(trace.syncs("{b,stdio,d,e}"))
        .extracting(Sync::path)
        .containsExactly("b", "d", "e", "stdio");
    assertThat(trace.syncs("shared")).hasSize(30);
    assertThat(trace.syncs("sizes")).as("sync_file_range promises nothing").isEmpty();
    assertThat(trace.allSyncs())
        .extracting(Sync::call)
        .contains(SyncCall.SYNC_FILE_RANGE, SyncCall.SYNC_ALL);
  }

  @Test
  void sharedMappingLeavesAWarning() throws Exception {
    Trace trace = record("mapped");
    assertThat(trace.warnings()).hasSize(2);
    assertThat(trace.warnings().getFirst()).contains("\"mapped\"", "mapped shared and writable");
    assertThat(trace.warnings().getLast()).contains("msync");
    assertThat(unrecorded(trace))
        .singleElement()
        .asString()
        .startsWith("mapped: differs from byte 7");
  }

  @Test
  void writePastTheRecorderIsFoundByComparison() throws Exception {
    Trace trace = record("bypass");
    assertThat(trace.warnings()).singleElement().asString().contains("symbolic link");
    assertThat(unrecorded(trace))
        .containsExactly(
            "bypassed: differs from byte 0 on; 0 bytes recorded, 6 there",
            "link: is there, unrecorded");
  }

  @Test
  void whatWasThereBeforeIsPartOfEveryImage() throws Exception {
    Files.createDirectories(root.resolve("old"));
    Files.writeString(root.resolve("old/file"), "before");
    Files.createLink(root.resolve("twin"), root.resolve("old/file"));
    Trace trace =
        Subjects.run(
            new ProcessBuilder("sh", "-c", "printf ' and after' >> \"$0\"/twin", root.toString()),
            directory);
    for (CrashModel model : CrashModel.values()) {
      CrashImages images = CrashImages.of(trace, model);
      for (int seed = 0; seed < images.fates(); seed++) {
        Path image = directory.resolve(model + "-" + seed);
        images.build(trace.size(), seed, image);
        assertThat(Files.readString(image.resolve("twin"))).startsWith("before");
        assertThat(Files.isSameFile(image.resolve("twin"), image.resolve("old/file"))).isTrue();
      }
      Path early = directory.resolve(model + "-early");
      images.build(0, 0, early);
      assertThat(Files.readString(early.resolve("old/file"))).isEqualTo("before");
    }
  }

  @Test
  void marksOfTheHarnessFollowWhatTheProcessDidBefore() throws Exception {
    ProcessBuilder subject =
        new ProcessBuilder(
            "sh", "-c", "cd \"$0\" && echo x > file && echo done && read line", root.toString());
    try (Recording recording = PowerCut.record(subject, root)) {
      byte[] done = recording.process().getInputStream().readNBytes(5);
      assertThat(new String(done, UTF_8)).isEqualTo("done\n");
      recording.mark("reply received");
      Trace trace = recording.trace();
      assertThat(trace.operations().getLast()).isEqualTo(new Operation.Marked("reply received"));
      assertThat(trace.operations()).anyMatch(Operation.Create.class::isInstance);
      recording.process().getOutputStream().close();
      recording.await(AT_MOST);
    }
  }

  @Test
  void severalProcessesShareOneTrace() throws Exception {
    try (Recording recording =
        PowerCut.record(shell("echo one > one; echo 1 > .powercut-mark"), root)) {
      assertThat(recording.await(AT_MOST)).isZero();
      Process second = recording.start(shell("cat one > two; echo 2 > .powercut-mark"));
      assertThat(second.waitFor()).isZero();
      Trace trace = recording.trace();
      assertThat(trace.marks()).extracting(Mark::text).containsExactly("1", "2");
      assertThat(unrecorded(trace)).isEmpty();
    }
  }

  private ProcessBuilder shell(String script) {
    return new ProcessBuilder("sh", "-c", "cd \"$0\" && " + script, root.toString());
  }

  @Test
  void traceOfAKilledProcessCanBeCut() throws Exception {
    ProcessBuilder subject = Subjects.java(LogSubject.class, root, LogSubject.Way.CORRECT, 1 << 20);
    Recording recording = PowerCut.record(subject, root);
    try (recording) {
      while (recording.trace().marks().size() < 20) {
        assertThat(recording.process().isAlive()).isTrue();
        Thread.onSpinWait();
      }
    }
    Trace trace = Trace.read(recording.tracePath());
    CrashImages images = CrashImages.of(trace, CrashModel.STRICT);
    SweepReport report =
        images.sweep(
            new Sweep(5, images.fates(), 1, directory.resolve("images")), LogSubject::check);
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void refusesATraceInsideTheRoot() {
    assertThatThrownBy(
            () -> PowerCut.record(new ProcessBuilder("true"), root, root.resolve("trace")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inside the root");
  }

  private ProcessBuilder calls(String part) throws Exception {
    Path source = directory.resolve("calls.c");
    try (InputStream from = RecorderTest.class.getResourceAsStream("calls.c")) {
      Files.copy(from, source);
    }
    Path program = directory.resolve("calls");
    Process compiler =
        new ProcessBuilder(
                String.valueOf(RecorderLibrary.compiler()),
                "-std=gnu11",
                "-Wall",
                "-pthread",
                "-o",
                program.toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    return new ProcessBuilder(program.toString(), root.toString(), part);
  }

  private Trace record(String part) throws Exception {
    try (Recording recording = PowerCut.record(calls(part), root)) {
      assertThat(recording.await(AT_MOST)).isZero();
      return recording.trace();
    }
  }

  private List<String> unrecorded(Trace trace) throws Exception {
    return CrashImages.of(trace, CrashModel.STRICT)
        .unrecorded(root, directory.resolve("comparison"));
  }
}
