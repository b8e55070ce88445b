package dev.perdure.runtime.stream;

import dev.perdure.runtime.History;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of an entity type, of all shards that this node holds. Thread-safe. Events of one
 * entity come in order; after a move of slots they may come a second time.
 */
public final class Streams {

  private final Supplier<List<Integer>> numbers;
  private final IntFunction<@Nullable Shard> shards;

  /**
   * Over shards.
   *
   * @param numbers of all there are
   * @param shards gives this node's replica of one; null if it has none
   */
  public Streams(Supplier<List<Integer>> numbers, IntFunction<@Nullable Shard> shards) {
    this.numbers = numbers;
    this.shards = shards;
  }

  /**
   * An event.
   *
   * @param position to go on behind it
   */
  public record Entry(EntityAddress entity, History.Event event, StreamPosition position) {}

  /**
   * A part of the stream.
   *
   * @param next to go on
   * @param end true if there is nothing behind it now
   * @param missing shards of which this node holds no replica
   */
  public record Page(List<Entry> entries, StreamPosition next, boolean end, List<Integer> missing) {
    public Page {
      entries = List.copyOf(entries);
      missing = List.copyOf(missing);
    }
  }

  /** Behind everything that can be read here now. */
  public StreamPosition latest() {
    StreamPosition position = StreamPosition.START;
    for (int number : numbers.get()) {
      Shard shard = shards.apply(number);
      if (shard != null) {
        position = position.with(number, new ShardStream(shard.parts().state()).end() - 1);
      }
    }
    return position;
  }

  /**
   * Reads on, a share of each shard.
   *
   * @param type stored name of the entity type
   * @param limit how many events; more only to end with what one command brought
   */
  public Page read(String tenant, String type, StreamPosition after, int limit) {
    List<Integer> all = numbers.get();
    int share = Math.max(1, limit / Math.max(1, all.size()));
    Reading reading = new Reading(after);
    for (int number : all) {
      Shard shard = shards.apply(number);
      if (shard == null) {
        reading.missing.add(number);
      } else if (reading.entries.size() < limit) {
        ShardStream.Part part =
            new ShardStream(shard.parts().state())
                .read(
                    new ShardStream.Wanted(
                        reading.position.of(number),
                        one -> one.type().equals(type) && one.tenant().equals(tenant),
                        0,
                        share));
        reading.take(shard, part);
      } else {
        reading.end = false;
      }
    }
    return new Page(reading.entries, reading.position, reading.end, reading.missing);
  }

  private static final class Reading {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Integer> missing = new ArrayList<>();
    private StreamPosition position;
    private boolean end = true;

    Reading(StreamPosition position) {
      this.position = position;
    }

    void take(Shard shard, ShardStream.Part part) {
      for (ShardStream.Item item : part.items()) {
        // What left is in the stream of who has it now.
        if (item instanceof ShardStream.Found found
            && !shard.slots().of(found.entity().slot()).status().left()) {
          add(shard.number(), found);
        }
      }
      position = position.with(shard.number(), part.upTo());
      end &= part.end() > 0;
    }

    private void add(int shard, ShardStream.Found found) {
      StreamPosition before = position;
      position = position.with(shard, found.offset());
      CommandRecord record = found.record();
      for (int i = 0; i < record.events().size(); i++) {
        StoredEvent event = record.events().get(i);
        boolean last = i == record.events().size() - 1;
        entries.add(
            new Entry(
                found.entity(),
                new History.Event(
                    event.name(),
                    event.schemaVersion(),
                    record.versionBefore() + i + 1,
                    found.offset() + i,
                    record.stamp(),
                    record.origin().operationId(),
                    record.origin().principal(),
                    record.origin().cause(),
                    record.origin().trace(),
                    event.json()),
                last ? position : before));
      }
    }
  }
}
