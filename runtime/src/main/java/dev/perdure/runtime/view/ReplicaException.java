package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;

/** The replica that a view follows cannot be read. The view's own rows are none the worse. */
final class ReplicaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReplicaException(CorruptionException damage) {
    super("the shard's store is damaged: " + damage.getMessage(), damage);
  }
}
