package dev.perdure.tidy;

import java.util.Set;

/** What kind of code a file is, by where it lies. */
enum Zone {
  /** Ships to users and runs in a node or a client: all rules. */
  PRODUCTION,
  /** The {@code perdure} command: production that talks to a person. */
  CLI,
  /** The simulator and checkers: as deterministic as what they simulate. */
  TESTKIT,
  /** Experiments on real processes: real time, but every random choice from a seed. */
  LAB,
  /** Measurements. */
  BENCH,
  /** Tests of any module. */
  TEST;

  /** The zones in which a test-sized file is allowed. */
  static final Set<Zone> TEST_SIZED = Set.of(TESTKIT, LAB, TEST);

  /** The zone of a file, from its path relative to the root of the repository. */
  static Zone of(String path) {
    if (path.contains("src/test/")) {
      return TEST;
    }
    String module = path.substring(0, Math.max(0, path.indexOf('/')));
    return switch (module) {
      case "cli" -> CLI;
      case "testkit" -> TESTKIT;
      case "lab" -> LAB;
      case "bench" -> BENCH;
      case "tidy" -> TEST;
      default -> PRODUCTION;
    };
  }
}
