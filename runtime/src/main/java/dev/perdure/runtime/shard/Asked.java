package dev.perdure.runtime.shard;

import org.jspecify.annotations.Nullable;

/** Something asked of a shard by a caller that must not block. Thread-safe. */
@FunctionalInterface
public interface Asked<T> {

  /** The answer, null as long as there is none. */
  @Nullable T poll();
}
