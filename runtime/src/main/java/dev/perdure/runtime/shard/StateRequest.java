package dev.perdure.runtime.shard;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.record.EntityAddress;
import org.jspecify.annotations.Nullable;

/** A linearizable read. The state is folded by the loop and turned into JSON by the caller. */
final class StateRequest extends Request {

  private final EntityAddress address;
  private final boolean barrierOnly;
  private @Nullable Object state;

  /**
   * A read.
   *
   * @param barrierOnly wants no state, only to know that what is applied here is all there is
   */
  StateRequest(EntityAddress address, CallContext context, boolean barrierOnly) {
    super(context);
    this.address = address;
    this.barrierOnly = barrierOnly;
  }

  @Override
  EntityAddress address() {
    return address;
  }

  boolean barrierOnly() {
    return barrierOnly;
  }

  void state(Object applied) {
    state = applied;
  }

  /** Read only after the answer arrived. */
  @Nullable Object state() {
    return state;
  }
}
