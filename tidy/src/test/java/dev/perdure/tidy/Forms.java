package dev.perdure.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Services of the examples that declare capabilities are tried by tests made from that. */
final class Forms {

  private static final Pattern DECLARES =
      Pattern.compile("public\\s+List<Capability>\\s+capabilities\\(\\)");

  /** From one call of the generator to the end of its statement. */
  private static final Pattern TRIED = Pattern.compile("DegradedForms\\s*\\.of\\(([^;]*);");

  private Forms() {}

  /** Services of examples that declare capabilities. */
  static List<SourceFile> declaring(List<SourceFile> files) {
    return files.stream()
        .filter(file -> file.path().startsWith("examples/"))
        .filter(file -> file.path().contains("/src/main/java/"))
        .filter(file -> DECLARES.matcher(file.text()).find())
        .toList();
  }

  static List<Finding> check(List<SourceFile> files) {
    List<String> tried =
        files.stream()
            .filter(file -> file.path().contains("/src/test/java/"))
            .filter(file -> !file.path().startsWith("tidy/"))
            .flatMap(file -> TRIED.matcher(file.text()).results())
            .map(one -> one.group(1))
            .toList();
    List<Finding> found = new ArrayList<>();
    for (SourceFile service : declaring(files)) {
      String name = service.name().replace(".java", "");
      Pattern made = Pattern.compile("\\bnew\\s+" + Pattern.quote(name) + "\\(");
      if (tried.stream().noneMatch(call -> made.matcher(call).find())) {
        String message =
            "declares capabilities that no test tries: return DegradedForms.of(new "
                + name
                + "(…), folder, door) from a @TestFactory";
        found.add(new Finding(service.path(), 1, message));
      }
    }
    return found;
  }
}
