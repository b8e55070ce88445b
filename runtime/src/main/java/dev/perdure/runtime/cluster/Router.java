package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.shard.Shard;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests to the leader of their shard: here, or one hop away. When leadership moves they
 * follow it, as long as that is safe: a command has an operation id from the door on, so that what
 * may have been executed is looked for before it is executed again.
 *
 * <p>Thread-safe. A request follows leaders for as long as its deadline allows, but is refused when
 * none can be found for {@link #LEADERLESS_NS}.
 */
public final class Router {

  private static final long MS = 1_000_000;

  /** How long a request looks for a leader. */
  static final long LEADERLESS_NS = 2_000 * MS;

  /** How often a request that waits for another node looks whether that still leads. */
  private static final long GLANCE_NS = 50 * MS;

  private final Parts parts;
  private final LeaderWait leaders;

  /** What a router needs. */
  public record Parts(
      String self,
      ClusterView view,
      LocalShards shards,
      LinkClient links,
      Clock clock,
      Entropy entropy,
      Level level) {}

  public Router(Parts parts) {
    this.parts = parts;
    this.leaders = new LeaderWait(parts.clock, parts.entropy, this::reachable);
  }

  /** How requests wait for somebody to lead their shard. */
  LeaderWait leaders() {
    return leaders;
  }

  /** True if somebody leads a shard, as far as is known, who can be reached. */
  private boolean reachable(int shard) {
    Shard local = parts.shards.get(shard);
    if (local != null && local.leads()) {
      return true;
    }
    String leader = leaderOf(shard);
    String address = leader == null ? null : parts.view.addressOf(leader);
    return address != null && !parts.links.refused(address);
  }

  /** Takes a command on its way; it is sent before this returns. */
  public Routed submit(EntityCommand command) {
    String given = command.operationId();
    String id = given == null ? parts.entropy.uuid().toString() : given;
    Routed routed = new Routed(command, id);
    routed.send();
    return routed;
  }

  /** The node to ask about a shard: whom this node's own replica follows, else who led last. */
  @Nullable String leaderOf(int shard) {
    Shard local = parts.shards.get(shard);
    String other = local == null ? null : local.otherLeader();
    return other == null ? parts.view.leader(shard) : other;
  }

  /** A command that follows its leader. One caller waits. */
  public final class Routed implements dev.perdure.runtime.Entities.Waiting {
    private final EntityCommand command;
    private final String id;
    private int shard;
    private final long startNs = parts.clock.monotonicNs();
    private dev.perdure.runtime.Entities.@Nullable Waiting here;
    private @Nullable CompletableFuture<byte[]> there;
    private String target = "";
    private boolean again;
    private int asked;
    private int tries;

    private Routed(EntityCommand command, String id) {
      this.command = command;
      this.id = id;
      this.shard = parts.view.shardOf(command.address());
    }

    /** Sends it to whoever should lead. */
    private void send() {
      here = null;
      there = null;
      shard = parts.view.shardOf(command.address());
      Shard local = parts.shards.get(shard);
      if (local != null && local.otherLeader() == null) {
        target = parts.self;
        here = again ? local.submitAgain(command, id) : local.submit(command, id);
        return;
      }
      String leader = leaderOf(shard);
      if (leader == null) {
        List<String> all = parts.view.toAsk(shard, parts.self);
        leader = all.isEmpty() ? null : all.get(asked++ % all.size());
      }
      String address = leader == null ? null : parts.view.addressOf(leader);
      target = leader == null ? "" : leader;
      if (address != null) {
        there =
            parts.links.send(
                address, Messages.command(command, id, again, parts.clock.monotonicNs()));
      }
    }

    @Override
    public Outcome await() {
      while (true) {
        Outcome outcome = outcome();
        if (outcome != null) {
          return outcome;
        }
        tries = leaders.await(shard, tries);
        parts.view.look(parts.shards.all());
        send();
      }
    }

    /** The answer, or null to send it once more. */
    private @Nullable Outcome outcome() {
      if (here != null) {
        return decided(here.await());
      }
      return there == null
          ? unsent("shard " + shard + " has no node that can be reached")
          : remote(there);
    }

    private @Nullable Outcome remote(CompletableFuture<byte[]> answer) {
      while (true) {
        try {
          Messages.Answer got = Messages.answer(answer.get(GLANCE_NS, TimeUnit.NANOSECONDS));
          if (got.outcome() instanceof Outcome.Failed failed
              && failed.code() == ProblemCode.NO_LEADER) {
            ClusterView.Went went = got.went();
            if (went != null) {
              parts.view.told(command.address().slot(), went);
              return decided(failed);
            }
            parts.view.doubt(shard, target);
            if (!got.leader().isEmpty() && !got.leader().equals(target)) {
              parts.view.mayLead(shard, got.leader());
            }
          } else {
            parts.view.mayLead(shard, target);
          }
          return decided(got.outcome());
        } catch (TimeoutException e) {
          long now = parts.clock.monotonicNs();
          if (now - command.context().deadlineNs() >= 0) {
            answer.cancel(false);
            return unknown("node " + target + " did not answer before the deadline");
          }
          String leader = leaderOf(shard);
          Shard local = parts.shards.get(shard);
          if ((leader != null && !leader.equals(target)) || (local != null && local.leads())) {
            answer.cancel(false);
            again = true;
            return null;
          }
        } catch (ExecutionException e) {
          parts.view.doubt(shard, target);
          again |= !(e.getCause() instanceof LinkException link) || link.sent();
          return unsent(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
          answer.cancel(false);
          Thread.currentThread().interrupt();
          return unknown("the wait for node " + target + " was interrupted");
        }
      }
    }

    /** Passes an answer on, unless it is only that somebody else leads, or soon will. */
    private @Nullable Outcome decided(Outcome outcome) {
      if (outcome instanceof Outcome.Failed failed
          && (failed.code() == ProblemCode.NO_LEADER
              || (failed.code() == ProblemCode.DRAINING && !target.equals(parts.self)))) {
        return unsent(failed.detail());
      }
      if (again && outcome instanceof Outcome.Failed failed && beforeLookup(failed.code())) {
        return unknown(failed.detail());
      }
      return outcome;
    }

    /** Answers that are given before the record of an earlier execution is looked for. */
    private static boolean beforeLookup(ProblemCode code) {
      return switch (code) {
        case DEADLINE_EXCEEDED,
            OVERLOADED,
            DRAINING,
            READ_ONLY,
            UNKNOWN_COMMAND,
            UNKNOWN_TYPE,
            MALFORMED_REQUEST ->
            true;
        default -> false;
      };
    }

    /** Nobody took it: tries again while there is time. */
    private @Nullable Outcome unsent(String why) {
      long now = parts.clock.monotonicNs();
      if (now - command.context().deadlineNs() >= 0) {
        return again
            ? unknown(why)
            : Outcome.Failed.of(
                ProblemCode.DEADLINE_EXCEEDED, "no leader was found before the deadline: " + why);
      }
      if (now - startNs < LEADERLESS_NS) {
        return null;
      }
      return again ? unknown(why) : Outcome.Failed.retry(ProblemCode.NO_LEADER, why, 1000);
    }

    private Outcome unknown(String why) {
      return Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, why);
    }
  }
}
