package dev.perdure.runtime;

import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.subscription.SubscriptionState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door to subscriptions, of all shards, on any node. Thread-safe; what a caller did wrong is an
 * answer.
 */
public interface Subscriptions {

  /** The names of those that this node's services bring. */
  List<String> names();

  /** How far one got. */
  Answer get(String name, CallContext context);

  /** Lets it rest in every shard. */
  Answer pause(String name, String reason, CallContext context);

  /** Lets it go on. */
  Answer resume(String name, CallContext context);

  /** Delivers events again, or leaves events out. */
  Answer rewind(String name, To to, String reason, CallContext context);

  /** Tries dead letters again; null for all of them. */
  Answer replay(String name, @Nullable String letter, CallContext context);

  /** Forgets dead letters; null for all of them. */
  Answer discard(String name, @Nullable String letter, String reason, CallContext context);

  /** Where to go on. */
  sealed interface To {

    /** With the first event there is. */
    record Beginning() implements To {}

    /** With events that were decided then or later; microseconds since 1970. */
    record Time(long micros) implements To {}

    /** Behind a position of the stream; shards that it does not name stay where they are. */
    record Position(StreamPosition position) implements To {}
  }

  /** The answer to a request. */
  sealed interface Answer {

    /** As it stands. */
    record Seen(View subscription) implements Answer {}

    /** Refused or failed; {@code UNKNOWN_TYPE} if there is no such subscription. */
    record Failed(Outcome.Failed problem) implements Answer {}
  }

  /**
   * A subscription.
   *
   * @param entity type of the entities whose events it gets
   * @param reacts true for a reaction
   */
  record View(String name, String entity, boolean reacts, List<InShard> shards) {
    public View {
      shards = List.copyOf(shards);
    }
  }

  /**
   * How far it got in a shard.
   *
   * @param state as recorded; null if that cannot be read now
   * @param figures of its consumer; null if that runs on another node, or nowhere
   */
  record InShard(
      int shard, @Nullable SubscriptionState state, @Nullable SubscriptionFigures figures) {}
}
