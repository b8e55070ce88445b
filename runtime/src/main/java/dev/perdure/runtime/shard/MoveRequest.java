package dev.perdure.runtime.shard;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;

/** Asks for a step of a move; answered when it is applied. */
public final class MoveRequest extends Request implements Entities.Waiting, Asked<Outcome> {

  private final MoveStep step;

  MoveRequest(MoveStep step, CallContext context) {
    super(context);
    this.step = step;
  }

  MoveStep step() {
    return step;
  }
}
