package dev.perdure.tidy;

import java.util.List;

/**
 * A text file of the repository.
 *
 * @param path relative to the root, with {@code /}
 */
record SourceFile(String path, String text) {

  boolean isJava() {
    return path.endsWith(".java");
  }

  Zone zone() {
    return Zone.of(path);
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The folder, without a closing slash. */
  String folder() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  List<String> lines() {
    return text.lines().toList();
  }
}
