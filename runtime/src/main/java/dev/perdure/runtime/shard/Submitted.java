package dev.perdure.runtime.shard;

import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import java.util.function.Consumer;

/** A command that a shard has taken. Either somebody waits for its answer, or is told it. */
public interface Submitted extends Entities.Waiting {

  /** Tells the answer, once, on whatever thread makes it: the consumer must not block. */
  void then(Consumer<Outcome> consumer);
}
