package dev.perdure.testkit.sim;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import org.jspecify.annotations.Nullable;

/** A machine as clients see it. */
public interface Door {

  /** For the trace. */
  String name();

  boolean up();

  /** How often it has started. */
  int incarnation();

  /** True if it is up and has not been restarted since. */
  boolean runs(int inIncarnation);

  Clock clock();

  /** Today's types on this machine. */
  TypeRegistry types();

  /** Takes a command. */
  Asked<Outcome> ask(EntityCommand command, String operationId);

  /**
   * What came of a read.
   *
   * @param state as JSON, as the code of the machine that answered writes it
   */
  record Read(Outcome answer, byte @Nullable [] state) {
    /** What a shard answered, which runs a version of the code. */
    public static Read of(Shard.StateAnswer answer, @Nullable EntityModel model) {
      Object state = answer.state();
      byte[] json = state == null || model == null ? null : model.encodeState(state);
      return new Read(answer.answer(), json);
    }
  }

  /** Takes a read. */
  Asked<Read> read(EntityAddress address, CallContext context);

  /** Something waits. */
  void wake();
}
