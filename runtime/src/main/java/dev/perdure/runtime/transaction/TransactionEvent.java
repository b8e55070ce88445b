package dev.perdure.runtime.transaction;

import dev.perdure.api.Named;
import java.util.List;

/** What happened to a transaction. */
public sealed interface TransactionEvent {

  @Named("begun")
  record Begun(int attempt, long fingerprint, long until) implements TransactionEvent {}

  @Named("committed")
  record Committed(List<TransactionState.Part> results) implements TransactionEvent {
    public Committed {
      results = List.copyOf(results);
    }
  }

  @Named("aborted")
  record Aborted() implements TransactionEvent {}

  @Named("rejected")
  record Rejected(TransactionState.Refusal refusal) implements TransactionEvent {}
}
