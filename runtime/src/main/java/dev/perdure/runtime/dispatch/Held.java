package dev.perdure.runtime.dispatch;

import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.record.EntityAddress;

/** An unfinished message, as it was last seen. Under the dispatcher's lock. */
final class Held {

  final EntityAddress address;
  final Lane lane;
  final int shard;
  long version;
  Kind kind = Kind.NEW;
  int priority;
  long sentAt;

  /** When it becomes ready, or its lease is over. */
  long due;

  int bytes;

  /** A lease of it is under way: nobody else is to try. */
  boolean taken;

  /** That lease is not decided yet. */
  boolean underWay;

  long changedNs;

  /** What it waits for. */
  enum Kind {
    NEW,
    READY,
    DELAYED,
    LEASED,
    DEAD,
    REPLYING,
    GONE
  }

  Held(EntityAddress address, Lane lane, int shard) {
    this.address = address;
    this.lane = lane;
    this.shard = shard;
  }

  void saw(long at, MessageState state) {
    version = at;
    priority = state.priority();
    sentAt = state.sentAt();
    due = state.phase() == MessageState.Phase.LEASED ? state.until() : state.readyAt();
    bytes = state.body().length();
  }
}
