package dev.perdure.guard;

import org.jspecify.annotations.Nullable;

/**
 * What a call that answers later gave when nobody was there to take it: its future had been
 * cancelled or completed by somebody else just before. It is dropped like every other value that
 * nobody gets, unless it is kept for others.
 *
 * @param keeps whether values of this call that are worth it have been put into the cache
 */
record Untaken(Call call, Steps steps, boolean keeps) {

  void value(@Nullable Object value) {
    if (!keeps || !steps.worthKeeping(value)) {
      Steps.discard(call, value);
    }
  }

  void outcome(Outcome<?> outcome) {
    switch (outcome) {
      case Outcome.Ok<?> ok -> value(ok.value());
      case Outcome.Fallback<?> instead -> Steps.discard(call, instead.value());
      case Outcome.Failed<?> failed -> Steps.discard(call, failed.cause());
      // An older value is still kept; of the others there is nothing.
      case Outcome.Stale<?> stale -> {}
      case Outcome.NotSent<?> not -> {}
      case Outcome.TimedOut<?> out -> {}
    }
  }
}
