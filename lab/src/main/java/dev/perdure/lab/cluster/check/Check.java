package dev.perdure.lab.cluster.check;

import java.util.Collection;
import java.util.List;

/**
 * One statement that was checked.
 *
 * @param found what there was, in words
 */
public record Check(String statement, boolean held, String found) {

  private static final int EXAMPLES_MAX = 3;

  /** A statement that holds if there is no example against it. */
  public static Check none(String statement, String what, Collection<String> examples) {
    if (examples.isEmpty()) {
      return new Check(statement, true, "0 " + what);
    }
    List<String> some = examples.stream().limit(EXAMPLES_MAX).toList();
    String more = examples.size() > EXAMPLES_MAX ? "; …" : "";
    return new Check(
        statement, false, examples.size() + " " + what + ": " + String.join("; ", some) + more);
  }
}
