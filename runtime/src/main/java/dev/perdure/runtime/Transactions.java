package dev.perdure.runtime;

import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.CommandBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door to commands on several entities, all or nothing, in whatever shards they are. Any node
 * takes any of them. Thread-safe; answers within the call's deadline and never throws for what a
 * caller or a service did wrong.
 */
public interface Transactions {

  /** Most commands of one transaction. */
  int PARTS_MAX = 16;

  /**
   * Runs all of the commands, or none.
   *
   * @param transaction its id, which is its operation id: asked again with the same parts it gives
   *     the same answer; null to have one assigned
   * @param parts 1 to {@link #PARTS_MAX}, of one tenant, each for another entity
   */
  TransactionAnswer execute(@Nullable String transaction, List<Part> parts, CallContext context);

  /** A command of a transaction. */
  record Part(EntityAddress entity, CommandBody command, Precondition precondition) {}

  /** What came of a transaction. */
  sealed interface TransactionAnswer {

    /**
     * All of it is so.
     *
     * @param results in the order of the parts
     * @param replayed true if it was run before
     */
    record Committed(List<Result> results, boolean replayed) implements TransactionAnswer {
      public Committed {
        results = List.copyOf(results);
      }
    }

    /**
     * An entity's own rules reject it: none of it is so.
     *
     * @param part which, by its place
     */
    record Rejected(int part, String code, String detail, boolean replayed)
        implements TransactionAnswer {}

    /**
     * Refused or failed by the platform: none of it is so, unless the code says that this is not
     * known.
     *
     * @param part whose fault it is, by its place; -1 if it is none's
     */
    record Failed(int part, Outcome.Failed problem) implements TransactionAnswer {}
  }

  /**
   * What a part gave.
   *
   * @param version of its entity after it
   * @param body the reply, JSON
   */
  record Result(long version, String body) {}
}
