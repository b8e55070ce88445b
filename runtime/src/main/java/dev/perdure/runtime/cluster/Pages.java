package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import java.util.ArrayList;
import java.util.List;

/** How an entity's events and an operation's status look between nodes. */
final class Pages {

  private static final int FAILED = 0;
  private static final int PAGE = 1;
  private static final int RECORDED = 1;
  private static final int IN_PROGRESS = 2;
  private static final int UNKNOWN = 3;

  private Pages() {}

  static void history(ByteWriter out, History history) {
    switch (history) {
      case History.Failed failed -> {
        out.u8(FAILED);
        Messages.outcome(out, failed.problem());
      }
      case History.Page page -> {
        out.u8(PAGE).u8(page.more() ? 1 : 0).varint(page.events().size());
        page.events().forEach(event -> event(out, event));
      }
    }
  }

  private static void event(ByteWriter out, History.Event event) {
    out.text(event.type()).varint(event.schemaVersion()).varint(event.version());
    out.varint(event.offset()).varint(event.stampMicros());
    out.text(event.operationId()).text(event.principal()).text(event.cause()).text(event.trace());
    out.blob(event.json());
  }

  static History history(ByteReader in) {
    if (in.u8() == FAILED) {
      return new History.Failed((Outcome.Failed) Messages.outcome(in));
    }
    boolean more = in.u8() == 1;
    List<History.Event> events = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      events.add(
          new History.Event(
              in.text(),
              (int) in.varint(),
              in.varint(),
              in.varint(),
              in.varint(),
              in.text(),
              in.text(),
              in.text(),
              in.text(),
              in.blob()));
    }
    return new History.Page(List.copyOf(events), more);
  }

  static void status(ByteWriter out, OperationStatus status) {
    switch (status) {
      case OperationStatus.Failed failed -> {
        out.u8(FAILED);
        Messages.outcome(out, failed.problem());
      }
      case OperationStatus.Recorded recorded -> {
        out.u8(RECORDED).varint(recorded.stampMicros());
        Messages.outcome(out, recorded.answer());
      }
      case OperationStatus.InProgress inProgress -> out.u8(IN_PROGRESS);
      case OperationStatus.Unknown unknown -> out.u8(UNKNOWN);
    }
  }

  static OperationStatus status(ByteReader in) {
    int kind = in.u8();
    return switch (kind) {
      case FAILED -> new OperationStatus.Failed((Outcome.Failed) Messages.outcome(in));
      case RECORDED -> {
        long stamp = in.varint();
        yield new OperationStatus.Recorded(Messages.outcome(in), stamp);
      }
      case IN_PROGRESS -> new OperationStatus.InProgress();
      case UNKNOWN -> new OperationStatus.Unknown();
      default -> throw new IllegalArgumentException("status of kind " + kind + " is not known");
    };
  }
}
