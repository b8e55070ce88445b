package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to all entities of a cluster, on any of its nodes. Thread-safe. */
public final class ClusterEntities implements Entities {

  private static final long MS = 1_000_000;
  private static final long ATTEMPT_MAX_NS = 1_000 * MS;
  private static final long HISTORY_NS = 5_000 * MS;

  private final Router.Parts parts;
  private final Router router;
  private final Freshness freshness;
  private final Entities here;

  /**
   * The door.
   *
   * @param here the door to what this node holds
   */
  public ClusterEntities(Router.Parts parts, Entities here) {
    this.parts = parts;
    this.router = new Router(parts);
    this.freshness = new Freshness(parts, router::leaderOf);
    this.here = here;
  }

  @Override
  public Waiting submit(EntityCommand command) {
    return router.submit(command);
  }

  @Override
  public Outcome read(EntityAddress address, CallContext context, boolean stale) {
    if (stale && parts.shards().get(parts.view().shardOf(address)) != null) {
      Outcome held = here.read(address, context, true);
      if (refusal(held) == null) {
        return held;
      }
    }
    return ask(
        new Question<>(
            address,
            context,
            () -> Messages.read(address, context, stale, now()),
            () -> here.read(address, context, stale),
            in -> Messages.outcome(in),
            failed -> failed));
  }

  @Override
  public Aged read(EntityAddress address, CallContext context, Duration stalenessMax) {
    Aged held = freshness.read(address, stalenessMax, () -> here.read(address, context, true));
    return held == null ? new Aged(read(address, context, false), Duration.ZERO) : held;
  }

  @Override
  public History history(EntityAddress address, long after, int limit) {
    CallContext context = new CallContext("", "", now() + HISTORY_NS);
    return ask(
        new Question<>(
            address,
            context,
            () -> {
              ByteWriter out = new ByteWriter(128);
              out.u8(Messages.HISTORY);
              Messages.address(out, address);
              return out.varint(after).varint(limit).toBytes();
            },
            () -> here.history(address, after, limit),
            Pages::history,
            History.Failed::new));
  }

  @Override
  public OperationStatus operation(EntityAddress address, String operationId, CallContext context) {
    return ask(
        new Question<>(
            address,
            context,
            () -> {
              ByteWriter out = new ByteWriter(128);
              out.u8(Messages.OPERATION);
              Messages.address(out, address);
              out.text(operationId);
              Messages.context(out, context, now());
              return out.toBytes();
            },
            () -> here.operation(address, operationId, context),
            Pages::status,
            OperationStatus.Failed::new));
  }

  /** Something that changes nothing, so that it can be asked again anywhere. */
  private record Question<T>(
      EntityAddress address,
      CallContext context,
      Supplier<byte[]> message,
      Supplier<T> here,
      Function<ByteReader, T> answer,
      Function<Outcome.Failed, T> failed) {}

  private <T> T ask(Question<T> question) {
    long startNs = now();
    int tries = 0;
    for (int asked = 0; ; asked++) {
      String why = "no node of the shard of " + question.address + " could be reached";
      T got = attempt(question, asked);
      Outcome.Failed refused = got == null ? null : refusal(got);
      if (got != null && refused == null) {
        return got;
      }
      if (refused != null) {
        why = refused.detail();
      }
      if (now() - question.context.deadlineNs() >= 0) {
        return question.failed.apply(Outcome.Failed.of(ProblemCode.DEADLINE_EXCEEDED, why));
      }
      // Who is interrupted is to end, and further tries would follow each other without a pause.
      if (now() - startNs >= Router.LEADERLESS_NS || Thread.currentThread().isInterrupted()) {
        return question.failed.apply(Outcome.Failed.retry(ProblemCode.NO_LEADER, why, 1000));
      }
      tries = router.leaders().await(parts.view().shardOf(question.address), tries);
      parts.view().look(parts.shards().all());
    }
  }

  /** Asks whoever should lead; null if there was no answer. */
  private <T> @Nullable T attempt(Question<T> question, int asked) {
    int shard = parts.view().shardOf(question.address);
    Shard local = parts.shards().get(shard);
    if (local != null && local.otherLeader() == null) {
      return question.here.get();
    }
    String node = router.leaderOf(shard);
    if (node == null) {
      List<String> all = parts.view().toAsk(shard, parts.self());
      node = all.isEmpty() ? null : all.get(asked % all.size());
    }
    String address = node == null ? null : parts.view().addressOf(node);
    if (node == null || address == null) {
      return null;
    }
    long leftNs = Math.min(question.context.deadlineNs() - now(), ATTEMPT_MAX_NS);
    try {
      byte[] answer =
          parts
              .links()
              .ask(address, question.message.get(), Duration.ofNanos(Math.max(MS, leftNs)));
      ByteReader in = new ByteReader(answer, "answer of another node");
      String leader = in.text();
      T got = question.answer.apply(in);
      ClusterView.Went went = Messages.went(in);
      if (went != null) {
        parts.view().told(question.address.slot(), went);
        return got;
      }
      if (refusal(got) != null) {
        parts.view().doubt(shard, node);
      }
      if (!leader.isEmpty() && !leader.equals(node)) {
        parts.view().mayLead(shard, leader);
      }
      return got;
    } catch (LinkException e) {
      parts.view().doubt(shard, node);
      return null;
    }
  }

  /** Why an answer is none: somebody else leads. */
  private static Outcome.@Nullable Failed refusal(@Nullable Object answer) {
    if (answer == null) {
      return null;
    }
    Outcome.@Nullable Failed failed =
        switch (answer) {
          case Outcome.Failed outcome -> outcome;
          case History.Failed history -> history.problem();
          case OperationStatus.Failed status -> status.problem();
          default -> null;
        };
    return failed != null && failed.code() == ProblemCode.NO_LEADER ? failed : null;
  }

  private long now() {
    return parts.clock().monotonicNs();
  }
}
