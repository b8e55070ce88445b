package dev.perdure.runtime.transaction;

import dev.perdure.api.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transaction's record is told. Nobody outside of the platform can send these. */
public sealed interface TransactionCommand {

  /**
   * An attempt begins.
   *
   * @param fingerprint of its parts
   * @param holdMicros how long nobody else may end it
   */
  @Named("begin")
  record Begin(long fingerprint, long holdMicros) implements TransactionCommand {}

  /** Every part of the attempt is prepared. */
  @Named("commit")
  record Commit(int attempt, List<TransactionState.Part> results) implements TransactionCommand {
    public Commit {
      results = List.copyOf(results);
    }
  }

  /**
   * The attempt is over without effect.
   *
   * @param rejection if a part's own rules say no, which they do for ever; else null
   */
  @Named("abort")
  record Abort(int attempt, TransactionState.@Nullable Refusal rejection)
      implements TransactionCommand {}

  /** Whoever is held asks what became of the attempt; if nobody can say any more, it is over. */
  @Named("resolve")
  record Resolve(int attempt) implements TransactionCommand {}
}
