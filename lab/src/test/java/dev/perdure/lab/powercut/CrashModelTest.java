package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the two models promise and what they do not, outcome by outcome. */
class CrashModelTest {

  private static final int SEEDS = 300;

  /** A file of more than a handful of pages is shown by its size. */
  private static final int SHOWN_BYTES_MAX = 20;

  @TempDir(factory = InMemory.class)
  Path directory;

  // ---- names ----

  @Test
  void nameIsCertainOnlyAfterItsDirectoryIsSyncedUnlessJournalled() throws IOException {
    Script script = new Script().create("f").write("f", 0, "data").fsync("f");
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("", "f=data");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("f=data");
    script.fsync("");
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("f=data");
  }

  @Test
  void fdatasyncOfADirectoryPromisesNothing() throws IOException {
    Script script = new Script().mkdir("d").fsync("").create("d/f").fdatasync("d");
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("d/", "d/ d/f=");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("d/", "d/ d/f=");
  }

  @Test
  void namesSurviveIndependentlyOrAsAPrefix() throws IOException {
    Script script = new Script().create("a").create("b");
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("", "a=", "a= b=", "b=");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("", "a=", "a= b=");
  }

  @Test
  void syncOfAnyFileCommitsTheJournalBeforeIt() throws IOException {
    Script script = new Script().create("a").create("b").fsync("b").create("c");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("a= b=", "a= b= c=");
  }

  @Test
  void syncOfAFileOverwrittenInPlaceCommitsNoNames() throws IOException {
    Script script =
        new Script()
            .base("log", "12345678".getBytes(ISO_8859_1))
            .create("a")
            .write("log", 0, "abc");
    script.fdatasync("log");
    assertThat(outcomes(script, CrashModel.ORDERED))
        .containsExactly("a= log=abc45678", "log=abc45678");
    script.write("log", 8, "9").fdatasync("log"); // new blocks: the journal has to be written
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("a= log=abc456789");
  }

  @Test
  void renameIsAtomicWithinADirectory() throws IOException {
    Script script =
        new Script().create("f").write("f", 0, "old").fsync("f").create("t").write("t", 0, "new");
    script.fsync("t").fsync("").rename("t", "f");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).containsExactly("f=new", "f=old t=new");
    }
  }

  @Test
  void renameWithoutSyncOfTheFileMayLeaveItEmpty() throws IOException {
    Script script = new Script().create("f").write("f", 0, "old").fsync("f").fsync("");
    script.create("t").write("t", 0, "new").rename("t", "f").fsync("");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).contains("f=", "f=new").doesNotContain("f=old");
    }
    assertThat(outcomes(script, CrashModel.STRICT)).contains("f=\0\0\0");
  }

  @Test
  void fileMovedBetweenDirectoriesIsNeverUnderNoName() throws IOException {
    Script script = new Script().mkdir("d").create("f").fsync("d").fsync("").rename("f", "d/f");
    assertThat(outcomes(script, CrashModel.STRICT))
        .containsExactly("d/ d/f=", "d/ d/f= f=", "d/ f=");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("d/ d/f=", "d/ f=");
    script.fsync(""); // the old directory: it must not forget before the new one knows
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("d/ d/f=");
  }

  @Test
  void removedFileMayComeBackWithWhatWasSynced() throws IOException {
    Script script = new Script().create("f").write("f", 0, "data").fsync("f").fsync("").unlink("f");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).containsExactly("", "f=data");
    }
  }

  @Test
  void directoryThatIsLostTakesItsFilesAlong() throws IOException {
    Script script = new Script().mkdir("d").create("d/f").write("d/f", 0, "data").fsync("d/f");
    script.fsync("d");
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("", "d/ d/f=data");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("d/ d/f=data");
  }

  @Test
  void linksShowOneFile() throws IOException {
    Script script = new Script().create("a").link("a", "b").write("b", 0, "data").fsync("a");
    script.fsync("");
    Path image = directory.resolve("linked");
    CrashImages.of(script.trace(), CrashModel.STRICT).build(script.now(), 0, image);
    assertThat(Files.isSameFile(image.resolve("a"), image.resolve("b"))).isTrue();
    assertThat(Files.readString(image.resolve("a"))).isEqualTo("data");
  }

  // ---- contents ----

  @Test
  void writeDuringASyncIsNotCovered() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "before");
    script.begin("f", SyncCall.FSYNC, 7).write("f", 6, " during").end(7, 0);
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).contains("f=before", "f=before during");
      assertThat(outcomes(script, model)).allMatch(outcome -> outcome.startsWith("f=before"));
    }
  }

  @Test
  void syncThatHasNotReturnedPromisesNothing() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "data");
    script.begin("f", SyncCall.FSYNC, 7);
    long within = script.now();
    script.end(7, 0);
    CrashImages images = CrashImages.of(script.trace(), CrashModel.STRICT);
    assertThat(outcomes(images, within)).contains("f=", "f=data");
    assertThat(outcomes(images, script.now())).containsExactly("f=data");
  }

  @Test
  void failedSyncLeavesItsPagesUncertainForEver() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "data");
    script.sync("f", SyncCall.FSYNC, 5).fsync("f");
    assertThat(outcomes(script, CrashModel.STRICT)).contains("f=", "f=data");
    script.write("f", 4, "!").fsync("f"); // the page is dirty again: now it is written
    assertThat(outcomes(script, CrashModel.STRICT)).containsExactly("f=data!");
  }

  @Test
  void syncFileRangePromisesNothing() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "data");
    script.sync("f", SyncCall.SYNC_FILE_RANGE, 0);
    assertThat(outcomes(script, CrashModel.STRICT)).contains("f=", "f=data");
  }

  @Test
  void writeThroughIsCertainWithoutSync() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "lost?");
    script.write("f", 8192, "through".getBytes(ISO_8859_1), true);
    for (CrashModel model : CrashModel.values()) {
      Path image = directory.resolve("through-" + model);
      CrashImages.of(script.trace(), model).build(script.now(), 0, image);
      byte[] content = Files.readAllBytes(image.resolve("f"));
      assertThat(new String(content, 0, 5, ISO_8859_1)).isEqualTo("\0\0\0\0\0");
      assertThat(new String(content, 8192, 7, ISO_8859_1)).isEqualTo("through");
    }
  }

  @Test
  void laterPageMaySurviveWithoutTheEarlierOne() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "A".repeat(4096));
    script.write("f", 4096, "B".repeat(4096));
    for (CrashModel model : CrashModel.values()) {
      assertThat(contents(script, model))
          .contains("", "A".repeat(4096), "\0".repeat(4096) + "B".repeat(4096))
          .contains("A".repeat(4096) + "B".repeat(4096));
    }
    // A size without its last page: POSIX leaves it open, the ordered systems exclude it.
    String withoutEnd = "A".repeat(4096) + "\0".repeat(4096);
    assertThat(contents(script, CrashModel.STRICT)).contains(withoutEnd);
    assertThat(contents(script, CrashModel.ORDERED)).doesNotContain(withoutEnd);
  }

  @Test
  void longWriteIsTornAtSectors() throws IOException {
    Script script = new Script().base("f", "-".repeat(4096).getBytes(ISO_8859_1));
    script.write("f", 0, "X".repeat(4096));
    for (CrashModel model : CrashModel.values()) {
      Set<String> contents = contents(script, model);
      assertThat(contents).hasSizeGreaterThan(20);
      assertThat(contents)
          .allMatch(content -> content.matches("(X{512}|-{512}){8}"), "whole sectors only");
    }
  }

  @Test
  void sectorShowsItsWritesInTheirOrder() throws IOException {
    Script script = new Script().base("f", "---".getBytes(ISO_8859_1));
    script.write("f", 0, "1").write("f", 1, "2").write("f", 2, "3");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).containsExactly("f=---", "f=1--", "f=12-", "f=123");
    }
  }

  @Test
  void whatWasCutOffDoesNotComeBack() throws IOException {
    Script script = new Script().base("f", "secret".getBytes(ISO_8859_1));
    script.truncate("f", 0).write("f", 3, "new");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model))
          .contains("f=secret", "f=", "f=\0\0\0new")
          .doesNotContain("f=secnew", "f=sec");
    }
  }

  @Test
  void whatWasWrittenAfterACutIsNotFoundWithoutTheCut() throws IOException {
    Script script = new Script().base("f", "secret".getBytes(ISO_8859_1));
    script.truncate("f", 0).write("f", 0, "n");
    assertThat(outcomes(script, CrashModel.STRICT))
        .containsExactly("f=", "f=\0", "f=n", "f=secret");
    assertThat(outcomes(script, CrashModel.ORDERED)).containsExactly("f=", "f=n", "f=secret");
  }

  @Test
  void preallocatedSpaceReadsAsZeros() throws IOException {
    Script script = new Script().create("f").fsync("").allocate("f", 0, 0, 8);
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model)).containsExactly("f=", "f=" + "\0".repeat(8));
    }
    script.fdatasync("f").write("f", 0, "data");
    for (CrashModel model : CrashModel.values()) {
      assertThat(outcomes(script, model))
          .containsExactly("f=" + "\0".repeat(8), "f=data" + "\0".repeat(4));
    }
  }

  @Test
  void newBlocksMayShowOldDataOnlyInTheStrictModel() throws IOException {
    Script script = new Script().create("f").fsync("").write("f", 0, "A".repeat(4096));
    assertThat(contents(script, CrashModel.STRICT)).anyMatch(c -> !c.matches("[A\0]*"));
    assertThat(contents(script, CrashModel.ORDERED)).allMatch(c -> c.matches("[A\0]*"));
  }

  // ---- the whole ----

  @Test
  void sameSeedGivesTheSameImage() throws IOException {
    Script script = new Script().create("a").create("b").write("a", 0, "A".repeat(9000));
    script.write("b", 100, "B".repeat(9000)).truncate("a", 700).rename("a", "c");
    for (CrashModel model : CrashModel.values()) {
      CrashImages images = CrashImages.of(script.trace(), model);
      for (int seed = 0; seed < 40; seed++) {
        Path one = directory.resolve(model + "-one-" + seed);
        Path two = directory.resolve(model + "-two-" + seed);
        CrashImage first = images.build(script.now(), seed, one);
        CrashImage second = images.build(script.now(), seed, two);
        assertThat(Directories.differences(one, two)).isEmpty();
        assertThat(first.losses()).isEqualTo(second.losses());
      }
    }
  }

  @Test
  void imageKnowsWhatWasMarkedBeforeItsCut() throws IOException {
    Script script = new Script().create("f").mark("one").write("f", 0, "x").mark("two");
    CrashImages images = CrashImages.of(script.trace(), CrashModel.STRICT);
    assertThat(images.build(3, 0, directory.resolve("x")).marks()).containsExactly("one");
    assertThat(images.build(5, 0, directory.resolve("y")).marks()).containsExactly("one", "two");
    assertThat(images.build(2, 0, directory.resolve("z")).marks()).isEmpty();
  }

  @Test
  void cutsIncludeEveryMarkWhileTheyFit() {
    Script script = new Script().create("f");
    for (int i = 0; i < 5; i++) {
      script.write("f", i, "x").fsync("f").mark("acked " + i);
    }
    CrashImages images = CrashImages.of(script.trace(), CrashModel.ORDERED);
    assertThat(images.cuts(100, 1))
        .contains(6L, 10L, 14L, 18L, 22L) // after the marks
        .contains(4L, 5L) // within the first sync
        .contains(1L, 2L) // around the creation
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(images.cuts(7, 1)).hasSize(7).isEqualTo(images.cuts(7, 1));
  }

  @Test
  void refusesATraceThatDoesNotTellEverything() {
    Script script = new Script();
    script.operations.add(new Operation.Truncate(4711, 0));
    assertThatThrownBy(() -> CrashImages.of(script.trace(), CrashModel.STRICT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operation 1: truncate of inode 4711: never recorded");
  }

  private Set<String> outcomes(Script script, CrashModel model) throws IOException {
    return outcomes(CrashImages.of(script.trace(), model), script.now());
  }

  /** Every image that the seeds lead to, as one line each: paths and contents. */
  private Set<String> outcomes(CrashImages images, long cut) throws IOException {
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Path image = directory.resolve("outcome");
      images.build(cut, seed, image);
      outcomes.add(line(image));
      Directories.delete(image);
    }
    return outcomes;
  }

  private static String line(Path image) throws IOException {
    StringBuilder line = new StringBuilder();
    try (Stream<Path> paths = Files.walk(image)) {
      for (Path path : paths.sorted().skip(1).toList()) {
        line.append(line.isEmpty() ? "" : " ").append(image.relativize(path));
        if (Files.isDirectory(path)) {
          line.append('/');
        } else {
          byte[] content = Files.readAllBytes(path);
          String text = new String(content, ISO_8859_1);
          line.append('=').append(text.length() > SHOWN_BYTES_MAX ? text.length() : text);
        }
      }
    }
    return line.toString();
  }

  /** Every content of the file "f" that the seeds lead to. */
  private Set<String> contents(Script script, CrashModel model) throws IOException {
    Set<String> contents = new TreeSet<>();
    CrashImages images = CrashImages.of(script.trace(), model);
    for (int seed = 0; seed < SEEDS; seed++) {
      Path image = directory.resolve("outcome");
      images.build(script.now(), seed, image);
      contents.add(Files.readString(image.resolve("f"), ISO_8859_1));
      Directories.delete(image);
    }
    return contents;
  }
}
