package dev.perdure.runtime;

/**
 * Which code a node runs, and with which levels it can work.
 *
 * <p>A level is what a node may write to disk and send to other nodes. It rises by one with every
 * change that an older build could not read; what a level added is said at its constant here. Code
 * that writes something new asks {@link Level#now} first, so nothing of a level is written before
 * every node can read it.
 *
 * @param version for people
 * @param oldest the least level that it can still work at
 * @param newest the highest level that it can work at
 */
public record Build(String version, int oldest, int newest) {

  /** Everything from before levels were counted. */
  public static final int FIRST_LEVEL = 1;

  /**
   * The cluster's map holds the level and what build each node runs; {@code node.properties} has
   * format 3.
   */
  public static final int BUILDS_IN_MAP = 2;

  /** Journals, stores and the cluster's map tell of slots that move between shards. */
  public static final int SLOTS_MOVE = 3;

  /** Journals and stores tell when entities want to be woken. */
  public static final int WAKES = 4;

  /** Entities can be held by transactions over several of them. */
  public static final int TRANSACTIONS = 5;

  /** The code that runs here. */
  public static final Build THIS = new Build(implementation(), FIRST_LEVEL, TRANSACTIONS);

  public boolean supports(int level) {
    return oldest <= level && level <= newest;
  }

  /** Why it cannot work at a level, and what to do. */
  public String refusal(int level) {
    return level > newest
        ? this
            + " is too old for level "
            + level
            + "; start a build that supports it, for example the one that runs on the other nodes"
        : this
            + " is too new for level "
            + level
            + "; start a build that supports levels "
            + level
            + " and "
            + oldest
            + " first, and run `perdure cluster finalize` when all nodes do";
  }

  @Override
  public String toString() {
    return "build "
        + version
        + (oldest == newest ? " (level " + newest : " (levels " + oldest + " to " + newest)
        + ")";
  }

  private static String implementation() {
    String version = Build.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
