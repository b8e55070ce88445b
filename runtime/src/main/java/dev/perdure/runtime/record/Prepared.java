package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entity does when the transaction that holds it commits, and does not do else: decided,
 * and not yet so. A part of the entity's {@link WakeRow}, because somebody has to come back to it.
 *
 * @param origin of the record that a commit leaves
 * @param reply JSON
 * @param events may be empty
 * @param own what the entity itself wanted of wakes; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // not to be changed
public record Prepared(
    Of of,
    CommandRecord.Origin origin,
    byte[] reply,
    List<StoredEvent> events,
    @Nullable WakeRow own) {

  public Prepared {
    events = List.copyOf(events);
  }

  /**
   * Which transaction it is a part of.
   *
   * @param transaction its id, within the entity's tenant
   * @param attempt its number, from 1
   */
  public record Of(String transaction, int attempt) {
    @Override
    public String toString() {
      return "transaction '" + transaction + "', attempt " + attempt;
    }
  }

  void write(ByteWriter out) {
    out.text(of.transaction).varint(of.attempt);
    out.text(origin.operationId()).u64(origin.fingerprint()).text(origin.principal());
    out.text(origin.trace()).text(origin.cause()).blob(reply).varint(events.size());
    for (StoredEvent event : events) {
      out.text(event.name()).varint(event.schemaVersion()).blob(event.json());
    }
    out.blob(own == null ? new byte[0] : own.toBytes());
  }

  static Prepared read(ByteReader in) {
    Of of = new Of(in.text(), (int) in.varint());
    CommandRecord.Origin origin =
        new CommandRecord.Origin(in.text(), in.u64(), in.text(), in.text(), in.text());
    byte[] reply = in.blob();
    int count = in.length();
    List<StoredEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(new StoredEvent(in.text(), (int) in.varint(), in.blob()));
    }
    byte[] own = in.blob();
    return new Prepared(of, origin, reply, events, own.length == 0 ? null : WakeRow.read(own));
  }
}
