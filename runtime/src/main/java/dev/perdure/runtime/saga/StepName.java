package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * Which step.
 *
 * @param key of one that is repeated; null for none
 */
public record StepName(String name, @Nullable String key) {

  /** A step's name. */
  public static StepName of(String name, String key) {
    return new StepName(name, key.isEmpty() ? null : key);
  }

  @Override
  public String toString() {
    return key == null ? name : name + "/" + key;
  }
}
