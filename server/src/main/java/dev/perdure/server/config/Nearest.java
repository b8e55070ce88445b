package dev.perdure.server.config;

import java.util.Collection;

/** Finds what somebody probably meant. */
final class Nearest {

  private Nearest() {}

  /** {@code ; did you mean x?}, or nothing if nothing is near. */
  static String suggestion(String read, Collection<String> known) {
    String best = "";
    int bestDistance = Math.max(2, read.length() / 3) + 1;
    for (String one : known) {
      int distance = one.endsWith("." + read) ? 1 : distance(read, one);
      if (distance < bestDistance) {
        best = one;
        bestDistance = distance;
      }
    }
    return best.isEmpty() ? "; perdure config explain lists them" : "; did you mean " + best + "?";
  }

  /** Levenshtein's distance: how many letters to insert, remove or replace. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
