package dev.perdure.testkit.sim;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Replica;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A replica's end of the simulated log, for one run of its machine. */
final class SimJournal implements Journal {

  private static final long MS = 1_000_000;

  private final World world;
  private final SimNode node;
  private final Replica replica;
  private final int incarnation;

  SimJournal(World world, SimNode node, Replica replica) {
    this.world = world;
    this.node = node;
    this.replica = replica;
    this.incarnation = node.incarnation();
  }

  Replica replica() {
    return replica;
  }

  @Override
  public void start() {
    node.replayFrom(replica.snapshot().index() + 1);
  }

  @Override
  public void append(long term, byte[] entry) {
    node.point();
    world.group().append(node, term, entry);
    node.point();
  }

  @Override
  public boolean leads(long term) {
    return world.group().leads(node, term)
        && (world.group().size() == 1 || world.chance().happens(0.3));
  }

  /** Asks the others, and is answered, refused, or answered so late that it counts as refused. */
  @Override
  public CompletionStage<Void> confirmLeadership(long term) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    world.after(world.chance().delayNs(MS, 30 * MS), () -> ask(term, answer));
    return answer;
  }

  private void ask(long term, CompletableFuture<Void> answer) {
    boolean leads = world.group().leads(node, term) && world.group().quorum();
    long backNs = world.chance().delayNs(MS, leads ? 20 * MS : 3000 * MS);
    world.after(
        backNs,
        () -> {
          if (node.runs(incarnation)) {
            node.enter(
                "leadership confirmed",
                () -> {
                  if (leads) {
                    answer.complete(null);
                  } else {
                    world.probes().hit(Probe.CONFIRMATION_REFUSED);
                    answer.completeExceptionally(new IllegalStateException("another may lead"));
                  }
                });
          }
        });
  }

  @Override
  public @Nullable String otherLeader() {
    int leader = world.group().leader();
    return leader < 0 || leader == node.id() || node.cutOff() ? null : "node " + leader;
  }

  @Override
  public void snapshotTaken() {
    node.purgedThrough(replica.snapshot().index());
  }

  @Override
  public JournalStatus status() {
    return new JournalStatus(JournalStatus.Role.FOLLOWER, 0, -1, -1, -1, 0, 0);
  }

  @Override
  public void close() {
    // A machine that is closed is a machine that stopped.
  }
}
