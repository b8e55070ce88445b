package dev.perdure.tidy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a file may not say, and what a package must. */
final class Hygiene {
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  /** Folders of a developer's or a build machine's own. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w.$}-])(/[w]ork/|/[r]oot/|/[h]ome/\\w+|/[U]sers/\\w+|[A-Z]:\\\\Users)");

  private Hygiene() {}

  static List<Finding> checkText(SourceFile file) {
    List<Finding> found = new ArrayList<>();
    List<String> lines = file.lines();
    for (int i = 0; i < lines.size(); i++) {
      Matcher unfinished = UNFINISHED.matcher(lines.get(i));
      if (unfinished.find() && !file.path().endsWith(".md")) {
        String message = unfinished.group() + ": do it now, or open an issue and say why it waits";
        found.add(new Finding(file.path(), i + 1, message));
      }
      Matcher path = MACHINE_PATH.matcher(lines.get(i));
      if (path.find()) {
        String message = path.group() + " is the path of one machine: use one from the root";
        found.add(new Finding(file.path(), i + 1, message));
      }
    }
    return found;
  }

  /** Every package of main code says what it is for, and is null-marked. */
  static List<Finding> checkPackages(List<SourceFile> files) {
    TreeMap<String, SourceFile> packages = new TreeMap<>();
    Set<String> described = new HashSet<>();
    List<Finding> found = new ArrayList<>();
    for (SourceFile file : files) {
      if (!file.isJava() || !file.path().contains("src/main/java/")) {
        continue;
      }
      packages.putIfAbsent(file.folder(), file);
      if (file.name().equals("package-info.java")) {
        described.add(file.folder());
        if (!file.text().contains("/**")) {
          found.add(new Finding(file.path(), 1, "the package has no sentence on what it is for"));
        }
        if (!file.text().contains("@NullMarked")) {
          found.add(new Finding(file.path(), 1, "the package is not @NullMarked"));
        }
      }
    }
    for (String folder : packages.keySet()) {
      if (!described.contains(folder)) {
        String message = "no package-info.java: say purpose, entry type, threading, invariants";
        found.add(new Finding(folder, 1, message));
      }
    }
    return found;
  }
}
