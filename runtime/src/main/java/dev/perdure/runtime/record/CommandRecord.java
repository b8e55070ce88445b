package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one command left behind: its events and the answer that its operation id has. A row of kind
 * {@link Keys#RECORD}.
 *
 * @param versionBefore the entity's version before the first event
 * @param stamp the batch's time, microseconds since 1970
 * @param origin who asked, under which operation id
 * @param answer the recorded answer
 * @param events may be empty
 */
public record CommandRecord(
    long versionBefore, long stamp, Origin origin, Answer answer, List<StoredEvent> events) {

  static final int FORMAT = 1;
  private static final int TYPE = 'R';

  /**
   * Where a command came from.
   *
   * @param operationId the caller's key or one assigned at the door
   * @param fingerprint hash of command name and canonical body
   * @param principal who asked
   * @param trace the trace id, empty if none
   * @param cause what led to it, empty for an outside caller
   */
  public record Origin(
      String operationId, long fingerprint, String principal, String trace, String cause) {}

  /**
   * The recorded answer.
   *
   * @param rejection the rejection's code; null if the command was accepted
   * @param body the reply as JSON, or the rejection's detail as UTF-8
   */
  public record Answer(@Nullable String rejection, byte[] body) {}

  /** The entity's version after it. */
  public long version() {
    return versionBefore + events.size();
  }

  /** How many offsets of the shard it takes. */
  public int offsets() {
    return Math.max(1, events.size());
  }

  /** Appends the row's bytes. */
  public void write(ByteWriter out) {
    int start = out.size();
    out.u8(FORMAT).u8(TYPE).varint(events.size()).varint(versionBefore).varint(stamp);
    out.text(origin.operationId).u64(origin.fingerprint);
    out.text(origin.principal).text(origin.trace).text(origin.cause);
    out.text(answer.rejection == null ? "" : answer.rejection).blob(answer.body);
    for (StoredEvent event : events) {
      out.text(event.name()).varint(event.schemaVersion()).blob(event.json());
    }
    out.checksumFrom(start);
  }

  /** How many events a row holds, without reading them; for rows whose entry was verified. */
  public static int eventsIn(byte[] bytes, int from, int length) {
    ByteReader in = new ByteReader(bytes, from, length, "command record");
    Formats.check(in, FORMAT, TYPE, "command record");
    return in.length();
  }

  /**
   * Reads a row.
   *
   * @throws CorruptionException if it is damaged or of a newer format
   */
  public static CommandRecord read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "command record");
    Formats.check(in, FORMAT, TYPE, "command record");
    int count = in.length();
    long versionBefore = in.varint();
    long stamp = in.varint();
    Origin origin = new Origin(in.text(), in.u64(), in.text(), in.text(), in.text());
    String rejection = in.text();
    Answer answer = new Answer(rejection.isEmpty() ? null : rejection, in.blob());
    List<StoredEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(new StoredEvent(in.text(), (int) in.varint(), in.blob()));
    }
    return new CommandRecord(versionBefore, stamp, origin, answer, List.copyOf(events));
  }
}
