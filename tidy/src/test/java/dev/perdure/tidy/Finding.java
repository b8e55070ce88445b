package dev.perdure.tidy;

/**
 * A broken rule at a place.
 *
 * @param path relative to the root of the repository
 * @param line from 1
 * @param message what is wrong and what to do instead
 */
record Finding(String path, long line, String message) {
  @Override
  public String toString() {
    return path + ":" + line + ": " + message;
  }
}
