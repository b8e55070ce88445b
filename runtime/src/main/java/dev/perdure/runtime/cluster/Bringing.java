package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.SlotSource.Asked;
import dev.perdure.runtime.cluster.SlotSource.Leaving;
import dev.perdure.runtime.cluster.SlotSource.Page;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to bring a few slots to a shard that this node leads, or to leave them where they
 * are.
 *
 * <p>Most rows are copied while the other shard goes on deciding: all records up to the offset
 * where it is, then those that came meanwhile, until they are few. Then it stops, the last ones
 * follow, and this shard decides. Only for that callers wait. One thread.
 */
final class Bringing {

  private static final Logger LOG = LoggerFactory.getLogger(Bringing.class);
  private static final long MS = 1_000_000;

  /** So many bytes are few. */
  private static final long REST_BYTES = 128 * 1024;

  private static final int ROUNDS_MAX = 8;

  private final Router.Parts parts;
  private final Replicas replicas;
  private final Leaving leaving;
  private final Shard to;
  private final Clock clock;
  private boolean damagedHere;
  private @Nullable Long age;
  private long bytes;

  Bringing(Router.Parts parts, Replicas replicas, Leaving leaving, Shard to) {
    this.parts = parts;
    this.replicas = replicas;
    this.leaving = leaving;
    this.to = to;
    this.clock = parts.clock();
  }

  /**
   * Brings them; how many bytes their rows have, or -1 if they did not arrive.
   *
   * @throws EndsMoveException if they never can
   */
  long run() throws IOException {
    Outcome began = here(Status.COMING, 0);
    if (!(began instanceof Outcome.Done begun)) {
      return failed("could not begin to come", began);
    }
    long since = begun.version();
    long begunNs = clock.monotonicNs();
    long from = 0;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      long before = bytes;
      Outcome copied = copy(since, Asked.first(leaving, from, false));
      if (!(copied instanceof Outcome.Done upTo)) {
        return failed("were not written", copied);
      }
      from = upTo.version();
      if (bytes - before <= REST_BYTES) {
        break;
      }
    }
    long frozenNs = clock.monotonicNs();
    Outcome frozen = there(Messages.FREEZE, Status.GONE);
    if (!(frozen instanceof Outcome.Done)) {
      return failed("did not leave", frozen);
    }
    Outcome rest = copy(since, Asked.first(leaving, from, true));
    if (!(rest instanceof Outcome.Done)) {
      return failed("were not written", rest);
    }
    Outcome owned = here(Status.OWNED, since);
    if (!(owned instanceof Outcome.Done)) {
      return failed("did not arrive", owned);
    }
    parts.view().look(replicas.all());
    LOG.info(
        "slots {} went from shard {} to {}: {} bytes in {} ms, callers waited {} ms",
        leaving.slots(),
        leaving.from(),
        leaving.to(),
        bytes,
        (clock.monotonicNs() - begunNs) / MS,
        (clock.monotonicNs() - frozenNs) / MS);
    return bytes;
  }

  /**
   * Leaves them where they are: first this shard will never have them by this move, then the other
   * one goes on. True if that is so.
   */
  boolean leave() throws IOException {
    Outcome never = here(Status.CLEARED, 0);
    if (!(never instanceof Outcome.Done)) {
      return failed("could not be given up", never) >= 0;
    }
    Outcome kept = there(Messages.KEEP, Status.KEPT);
    if (!(kept instanceof Outcome.Done)) {
      return failed("could not stay", kept) >= 0;
    }
    parts.view().look(replicas.all());
    return true;
  }

  private long failed(String what, @Nullable Outcome why) {
    LOG.info("slots {} to shard {} {}: {}", leaving.slots(), leaving.to(), what, why);
    return -1;
  }

  private Outcome here(Status status, long since) {
    SlotChange wanted =
        new SlotChange(status, leaving.move(), leaving.from(), since, leaving.slots());
    return to.move(new MoveStep.Change(wanted), SlotSource.context(clock)).await();
  }

  private Outcome there(int message, Status status) throws LinkException {
    Shard here = replicas.get(leaving.from());
    if (here != null && here.leads()) {
      SlotChange wanted = SlotSource.change(leaving, status);
      return here.move(new MoveStep.Change(wanted), SlotSource.context(clock)).await();
    }
    ByteWriter question = new ByteWriter(64).u8(message);
    leaving.write(question);
    byte[] answer = parts.links().ask(leader(), question.toBytes(), SlotSource.STEP_MAX);
    return Messages.outcome(new ByteReader(answer, "answer of another node"));
  }

  private String leader() throws LinkException {
    Shard here = replicas.get(leaving.from());
    String node = here == null ? null : here.otherLeader();
    node = node == null ? parts.view().leader(leaving.from()) : node;
    String address = node == null ? null : parts.view().addressOf(node);
    if (address == null) {
      throw new LinkException("shard " + leaving.from() + " has no leader that is known");
    }
    return address;
  }

  /** Copies what is asked for, page by page; its version is the offset up to which that went. */
  private Outcome copy(long since, Asked first) throws IOException {
    Entities.Waiting written = null;
    for (Asked asked = first; ; ) {
      Page page = page(asked);
      if (age != null && age != page.age()) {
        throw new IOException("a replica of shard " + leaving.from() + " was too far behind");
      }
      age = page.age();
      List<MoveStep.Row> rows = parsed(page);
      // One page is written while the next one is read, never two.
      Outcome before = written == null ? null : written.await();
      if (before instanceof Outcome.Failed) {
        return before;
      }
      written = to.move(new MoveStep.Rows(leaving.move(), since, rows), SlotSource.context(clock));
      bytes += page.rows().bytes();
      if (page.rows().next().length == 0) {
        Outcome last = written.await();
        return last instanceof Outcome.Done
            ? new Outcome.Done(page.end(), new byte[0], false)
            : last;
      }
      asked = asked.next(page);
    }
  }

  private List<MoveStep.Row> parsed(Page page) throws EndsMoveException {
    List<MoveStep.Row> rows;
    try {
      rows = page.rows().parsed();
    } catch (CorruptionException e) {
      throw damaged(e);
    }
    long micros = to.parts().limits().clockStepMax().toNanos() / 1000;
    for (MoveStep.Row row : rows) {
      if (row instanceof MoveStep.Recorded one
          && one.record().stamp() - clock.wallMicros() > micros) {
        Instant stamp = Instant.EPOCH.plus(one.record().stamp(), ChronoUnit.MICROS);
        throw new EndsMoveException(
            "a command of shard "
                + leaving.from()
                + " was recorded at "
                + stamp
                + ", which the clock of this node is too far behind");
      }
    }
    return rows;
  }

  private EndsMoveException damaged(CorruptionException why) {
    return new EndsMoveException(
        "rows of shard " + leaving.from() + " are damaged: " + why.getMessage());
  }

  /** From this node's own replica if that has it, else from the leader's. */
  private Page page(Asked asked) throws IOException {
    Shard here = replicas.get(leaving.from());
    if (here != null && (!damagedHere || here.leads())) {
      try {
        Page page = SlotSource.page(here, asked, clock);
        if (page != null) {
          return page;
        }
      } catch (CorruptionException e) {
        if (here.leads()) {
          throw damaged(e);
        }
        damagedHere = true;
        LOG.warn("shard {}: this node's replica: {}", leaving.from(), e.getMessage());
      }
    }
    if (here != null && here.leads()) {
      throw new IOException("slots of shard " + leaving.from() + " cannot be read here now");
    }
    byte[] answer = parts.links().ask(leader(), asked.question(), SlotSource.STEP_MAX);
    try {
      return SlotSource.answered(answer);
    } catch (CorruptionException e) {
      throw damaged(e);
    }
  }
}
