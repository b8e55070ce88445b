package dev.perdure.runtime.dispatch;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Queues.Leased;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one node asks another one for messages, and the answer. A node that does not know the
 * question refuses it, and is taken for one that has none.
 */
final class QueueFrames {

  private static final int LEASED = 1;
  private static final int LIMITED = 2;
  private static final int FAILED = 3;

  private QueueFrames() {}

  /** A question behind its kind. Deadlines travel as the time that is left. */
  static void question(ByteWriter out, Queues.Wanted wanted, CallContext context, long nowNs) {
    String tenant = wanted.tenant();
    Duration time = wanted.time();
    out.text(wanted.queue())
        .text(tenant == null ? "" : tenant)
        .varint(wanted.messages())
        .varint(time == null ? 0 : time.toNanos() / 1000)
        .text(wanted.worker())
        .text(context.principal())
        .text(context.trace())
        .varint(Math.max(0, context.deadlineNs() - nowNs))
        .u8(context.urgency()); // the last of its message: older nodes do not look there
  }

  /** A question that was read. */
  record Question(Queues.Wanted wanted, CallContext context) {}

  static Question question(ByteReader in, long nowNs) {
    String queue = in.text();
    String tenant = in.text();
    int messages = (int) in.varint();
    long time = in.varint();
    Queues.Wanted wanted =
        new Queues.Wanted(
            queue,
            tenant.isEmpty() ? null : tenant,
            Math.clamp(messages, 1, Queues.LEASE_MESSAGES_MAX),
            time == 0 ? null : Duration.ofNanos(time * 1000),
            in.text(),
            Duration.ZERO);
    String principal = in.text();
    String trace = in.text();
    long deadlineNs = nowNs + in.varint();
    int urgency = in.remaining() > 0 ? in.u8() & 7 : CallContext.URGENCY_DEFAULT;
    return new Question(wanted, new CallContext(principal, trace, deadlineNs, urgency));
  }

  static byte[] answer(Leasing.Result result) {
    ByteWriter out = new ByteWriter(1024);
    Outcome.Failed problem = result.problem();
    if (problem != null) {
      return out.u8(FAILED)
          .text(problem.code().name())
          .text(problem.detail())
          .varint(problem.retryAfterMs())
          .toBytes();
    }
    if (result.againNs() > 0) {
      return out.u8(LIMITED).varint(result.againNs()).toBytes();
    }
    out.u8(LEASED).varint(result.leased().size());
    result.leased().forEach(one -> leased(out, one));
    return out.toBytes();
  }

  private static void leased(ByteWriter out, Leased one) {
    Queues.Message message = one.message();
    out.text(message.id().tenant()).text(message.id().queue()).text(message.id().id());
    out.text(message.body()).varint(message.priority());
    out.varint(message.sentAt()).varint(message.readyAt());
    out.text(message.by()).text(message.error());
    out.text(one.token()).varint(one.attempt()).varint(one.attemptsMax()).varint(one.until());
  }

  static Leasing.Result answer(byte[] answer) {
    ByteReader in = new ByteReader(answer, "answer of another node");
    int kind = in.u8();
    return switch (kind) {
      case FAILED ->
          Leasing.Result.failed(Outcome.Failed.retry(code(in.text()), in.text(), in.varint()));
      case LIMITED -> new Leasing.Result(List.of(), in.varint(), null);
      case LEASED -> {
        int count = in.length();
        List<Leased> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          all.add(leased(in));
        }
        yield new Leasing.Result(all, 0, null);
      }
      default -> throw new IllegalArgumentException("answer of kind " + kind + " is not known");
    };
  }

  private static Leased leased(ByteReader in) {
    Queues.Id id = new Queues.Id(in.text(), in.text(), in.text());
    String body = in.text();
    int priority = (int) in.varint();
    long sentAt = in.varint();
    long readyAt = in.varint();
    String by = in.text();
    String error = in.text();
    String token = in.text();
    int attempt = (int) in.varint();
    int attemptsMax = (int) in.varint();
    long until = in.varint();
    return new Leased(
        new Queues.Message(
            id, "leased", body, priority, sentAt, readyAt, attempt, until, by, error),
        token,
        attempt,
        attemptsMax,
        until);
  }

  private static ProblemCode code(@Nullable String name) {
    try {
      return ProblemCode.valueOf(String.valueOf(name));
    } catch (IllegalArgumentException e) {
      return ProblemCode.INTERNAL;
    }
  }
}
