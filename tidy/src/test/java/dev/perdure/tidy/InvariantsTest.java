package dev.perdure.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.cluster.ClusterBug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of invariants and the code name the same things. */
class InvariantsTest {

  private static final Pattern TITLE = Pattern.compile("I(\\d+) .*");
  private static final Pattern WORD = Pattern.compile("[A-Z][A-Z_]+");
  private static final Pattern METRIC = Pattern.compile("`(perdure_[a-z_]+)`");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final int LAST = 13;

  private final Path root = Repository.root();
  private final TreeMap<Integer, String> sections = new TreeMap<>();
  private final String notYet;
  private final String code;

  InvariantsTest() throws IOException {
    String page = Files.readString(root.resolve("docs/INVARIANTS.md"));
    String rest = "";
    for (String section : page.split("\n## ", -1)) {
      Matcher title = TITLE.matcher(section.lines().findFirst().orElse(""));
      if (title.matches()) {
        sections.put(Integer.parseInt(title.group(1)), section);
      } else if (section.startsWith("Not yet")) {
        rest = section;
      }
    }
    notYet = rest;
    code =
        Repository.files(root).stream()
            .filter(file -> file.isJava() && file.path().contains("/src/main/"))
            .map(SourceFile::text)
            // Long messages are written in parts.
            .map(text -> text.replaceAll("\"\\s*\\+\\s*\"", ""))
            .collect(Collectors.joining("\n"));
  }

  @Test
  void everyInvariantIsThereOrSaidToComeLater() {
    for (int number = 1; number <= LAST; number++) {
      boolean said = notYet.contains("I" + number + " (");
      assertThat(sections.containsKey(number) ^ said).as("I%d", number).isTrue();
    }
  }

  @Test
  void everyInvariantHasAllFour() {
    List<String> missing = new ArrayList<>();
    sections.forEach(
        (number, section) -> {
          for (String what : List.of("Assertion", "Checkers", "Planted", "Metrics")) {
            if (line(section, what).isBlank()) {
              missing.add("I" + number + ": " + what);
            }
          }
        });
    assertThat(missing).isEmpty();
  }

  @Test
  void assertionsAndMetricsAreInTheCode() {
    List<String> missing = new ArrayList<>();
    for (String section : sections.values()) {
      List<String> wanted = new ArrayList<>(all(QUOTED, line(section, "Assertion")));
      all(METRIC, line(section, "Metrics")).forEach(metric -> wanted.add('"' + metric + '"'));
      wanted.stream().filter(text -> !code.contains(text)).forEach(missing::add);
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void checkersAndPlantedBugsAreThoseOfTheCode() {
    assertThat(words("Checkers")).isEqualTo(names(Checker.values()));
    Set<String> planted = names(PlantedBug.values());
    planted.addAll(names(ClusterBug.values()));
    assertThat(words("Planted")).isEqualTo(planted);
  }

  private Set<String> words(String what) {
    Set<String> found = new TreeSet<>();
    sections.values().forEach(section -> found.addAll(all(WORD, line(section, what))));
    return found;
  }

  private static Set<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String line(String section, String what) {
    return section
        .lines()
        .filter(line -> line.startsWith("- " + what + ": "))
        .map(line -> line.substring(what.length() + 4))
        .findFirst()
        .orElse("");
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(hit -> hit.groupCount() == 0 ? hit.group() : hit.group(1))
        .toList();
  }
}
