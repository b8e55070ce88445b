package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import org.jspecify.annotations.Nullable;

/**
 * How requests and answers look between nodes. Each begins with its kind; a kind is never used for
 * anything else later, and nodes of two versions talk with each other.
 */
final class Messages {

  static final int COMMAND = 1;
  static final int READ = 2;
  static final int HISTORY = 3;
  static final int OPERATION = 4;
  static final int MAP = 5;
  static final int HOST = 6;
  static final int MEMBERS = 8;
  static final int SNAPSHOT = 9;
  static final int CHUNK = 10;
  static final int STATUS = 11;
  static final int BACKUP = 20;
  static final int FREEZE = 21;
  static final int PAGE = 22;
  static final int KEEP = 23;
  static final int INDEX = 40;

  /** A worker wants messages of a queue; {@code dispatch.QueueDoor} makes and answers it. */
  static final int QUEUE = 50;

  private static final int DONE = 1;
  private static final int REJECTED = 2;
  private static final int FAILED = 3;

  private Messages() {}

  /** A command as it travels: not read yet, because the leader's code reads it. */
  record Travelling(
      EntityAddress address,
      String command,
      byte[] json,
      String operationId,
      Flags flags,
      EntityCommand.Precondition precondition,
      CallContext context) {}

  /**
   * More about a command.
   *
   * @param keyed the caller gave the operation id
   * @param again it may have been executed already
   */
  record Flags(boolean keyed, boolean again) {}

  static byte[] command(EntityCommand command, String id, boolean again, long nowNs) {
    ByteWriter out = new ByteWriter(256 + command.body().json().length);
    out.u8(COMMAND);
    address(out, command.address());
    out.text(command.body().command()).blob(command.body().json()).text(id);
    out.u8((command.operationId() == null ? 0 : 1) | (again ? 2 : 0));
    switch (command.precondition()) {
      case EntityCommand.Precondition.None none -> out.varint(0);
      case EntityCommand.Precondition.NoEvents noEvents -> out.varint(1);
      case EntityCommand.Precondition.Version version -> out.varint(version.version() + 2);
    }
    context(out, command.context(), nowNs);
    return out.toBytes();
  }

  /** Reads a command behind its kind. */
  static Travelling command(ByteReader in, long nowNs) {
    EntityAddress address = address(in);
    String command = in.text();
    byte[] json = in.blob();
    String id = in.text();
    int flags = in.u8();
    long condition = in.varint();
    EntityCommand.Precondition precondition =
        condition == 0
            ? EntityCommand.Precondition.NONE
            : condition == 1
                ? new EntityCommand.Precondition.NoEvents()
                : new EntityCommand.Precondition.Version(condition - 2);
    return new Travelling(
        address,
        command,
        json,
        id,
        new Flags((flags & 1) != 0, (flags & 2) != 0),
        precondition,
        context(in, nowNs));
  }

  static byte[] read(EntityAddress address, CallContext context, boolean stale, long nowNs) {
    ByteWriter out = new ByteWriter(256);
    out.u8(READ);
    address(out, address);
    out.u8(stale ? 1 : 0);
    context(out, context, nowNs);
    return out.toBytes();
  }

  static void address(ByteWriter out, EntityAddress address) {
    out.text(address.tenant()).text(address.type()).text(address.id());
  }

  static EntityAddress address(ByteReader in) {
    return new EntityAddress(in.text(), in.text(), in.text());
  }

  /** Deadlines travel as the time that is left: clocks of two nodes are never compared. */
  static void context(ByteWriter out, CallContext context, long nowNs) {
    out.text(context.principal()).text(context.trace());
    out.varint(Math.max(0, context.deadlineNs() - nowNs));
    out.u8(context.urgency()); // the last of its message: older nodes do not look there
  }

  static CallContext context(ByteReader in, long nowNs) {
    String principal = in.text();
    String trace = in.text();
    long deadlineNs = nowNs + in.varint();
    int urgency = in.remaining() > 0 ? in.u8() & 7 : CallContext.URGENCY_DEFAULT;
    return new CallContext(principal, trace, deadlineNs, urgency);
  }

  /** An answer and, if it is that another node leads, or has the slot, which. */
  record Answer(Outcome outcome, String leader, ClusterView.@Nullable Went went) {}

  static byte[] answer(Outcome outcome, @Nullable String leader, ClusterView.@Nullable Went went) {
    ByteWriter out = new ByteWriter(128);
    out.text(leader == null ? "" : leader);
    outcome(out, outcome);
    went(out, went);
    return out.toBytes();
  }

  static Answer answer(byte[] message) {
    ByteReader in = new ByteReader(message, "answer of another node");
    String leader = in.text();
    return new Answer(outcome(in), leader, went(in));
  }

  /** Ends an answer with where the slot went; nothing if it did not. */
  static void went(ByteWriter out, ClusterView.@Nullable Went went) {
    if (went != null) {
      out.varint(went.shard()).varint(went.move());
    }
  }

  static ClusterView.@Nullable Went went(ByteReader in) {
    return in.remaining() == 0 ? null : new ClusterView.Went((int) in.varint(), in.varint());
  }

  static void outcome(ByteWriter out, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done done ->
          out.u8(DONE).varint(done.version()).blob(done.body()).u8(done.replayed() ? 1 : 0);
      case Outcome.Rejected no ->
          out.u8(REJECTED)
              .text(no.code())
              .text(no.detail())
              .varint(no.version())
              .u8(no.replayed() ? 1 : 0);
      case Outcome.Failed failed ->
          out.u8(FAILED)
              .text(failed.code().name())
              .text(failed.detail())
              .varint(failed.version() + 1)
              .varint(failed.retryAfterMs());
    }
  }

  static Outcome outcome(ByteReader in) {
    int kind = in.u8();
    return switch (kind) {
      case DONE -> new Outcome.Done(in.varint(), in.blob(), in.u8() == 1);
      case REJECTED -> new Outcome.Rejected(in.text(), in.text(), in.varint(), in.u8() == 1);
      case FAILED -> new Outcome.Failed(code(in.text()), in.text(), in.varint() - 1, in.varint());
      default -> throw new IllegalArgumentException("answer of kind " + kind + " is not known");
    };
  }

  /** A newer node may know codes that this one does not. */
  private static ProblemCode code(String name) {
    try {
      return ProblemCode.valueOf(name);
    } catch (IllegalArgumentException e) {
      return ProblemCode.INTERNAL;
    }
  }
}
