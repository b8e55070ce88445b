package dev.perdure.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules over every source of the repository. */
class TidyTest {
  private static List<SourceFile> files = List.of();
  private static List<ParsedFile> parsed = List.of();

  @BeforeAll
  static void read() {
    files = Repository.files(Repository.root());
    parsed = ParsedFile.parse(files);
  }

  @Test
  void seesTheSources() {
    assertThat(parsed).hasSizeGreaterThan(20);
    assertThat(files).extracting(SourceFile::path).contains("perdure", "pom.xml", ".ci/run");
  }

  @Test
  void bannedCallsStayBehindTheirDoors() {
    List<Finding> found = new ArrayList<>();
    parsed.forEach(file -> found.addAll(Bans.check(file)));
    assertNone(found);
  }

  @Test
  void filesMethodsAndParameterListsAreShort() {
    List<Finding> found = new ArrayList<>();
    parsed.forEach(file -> found.addAll(Sizes.check(file)));
    assertNone(found);
  }

  @Test
  void nothingIsLeftUnfinishedOrBoundToOneMachine() {
    List<Finding> found = new ArrayList<>();
    files.forEach(file -> found.addAll(Hygiene.checkText(file)));
    assertNone(found);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    assertNone(Hygiene.checkPackages(files));
  }

  @Test
  void everyDegradedFormOfTheExamplesHasAGeneratedTest() {
    assertThat(Forms.declaring(files)).hasSizeGreaterThan(1);
    assertNone(Forms.check(files));
  }

  @Test
  void everyDoorLeadsSomewhere() {
    for (Doors.Door door : Doors.ALL) {
      assertThat(Files.exists(Repository.root().resolve(door.path())))
          .as("%s is gone: remove its door from Doors", door.path())
          .isTrue();
    }
  }

  private static void assertNone(List<Finding> found) {
    assertThat(found)
        .withFailMessage(
            () -> found.size() + " to tidy:\n" + String.join("\n", texts(found)) + "\n")
        .isEmpty();
  }

  private static List<String> texts(List<Finding> found) {
    return found.stream().map(Finding::toString).toList();
  }
}
