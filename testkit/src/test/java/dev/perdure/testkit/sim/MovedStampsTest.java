package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.SlotPage;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A slot comes from a shard whose leader's clock was ahead. */
class MovedStampsTest {

  private static final EntityAddress ADDRESS = new EntityAddress("default", "tally", "t");
  private static final SlotSet SLOT = SlotSet.range(ADDRESS.slot(), ADDRESS.slot());
  private static final long AHEAD_MICROS = 5_000_000;

  private final Chance chance = new Chance(7);
  private final SimSettings settings = SimSettings.draw(chance, 1);
  private long nowNs = 1_000_000_000_000L;

  private HandShard shard(int number, long aheadMicros) {
    Clock clock =
        new Clock() {
          @Override
          public long monotonicNs() {
            nowNs += 1_000;
            return nowNs;
          }

          @Override
          public long wallMicros() {
            return nowNs / 1_000 + aheadMicros;
          }
        };
    return new HandShard(
        number,
        new HandShard.Shared(
            settings,
            clock,
            chance,
            EnumSet.noneOf(PlantedBug.class),
            new Tally.Bundle(),
            null,
            null));
  }

  private CallContext context() {
    return new CallContext("caller", "", nowNs + 1_000_000_000_000L);
  }

  private static Outcome.Done done(HandShard shard, Asked<Outcome> asked) {
    Outcome outcome = asked.poll();
    for (int i = 0; outcome == null && i < 100_000; i++) {
      shard.act();
      outcome = asked.poll();
    }
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return (Outcome.Done) Objects.requireNonNull(outcome);
  }

  private void add(HandShard shard, String key) {
    EntityCommand command =
        new EntityCommand(
            ADDRESS,
            Objects.requireNonNull(shard.types().find("tally")).body(new Tally.Add()),
            key,
            EntityCommand.Precondition.NONE,
            context());
    done(shard, shard.shard().ask(command, key));
  }

  private Outcome.Done change(HandShard shard, Status status, int other, long since) {
    SlotChange change = new SlotChange(status, 1, other, since, SLOT);
    return done(shard, shard.shard().move(new MoveStep.Change(change), context()));
  }

  @Test
  void anEntitysTimeDoesNotGoBack() {
    HandShard from = shard(0, AHEAD_MICROS);
    HandShard to = shard(1, 0);
    add(from, "a");
    long since = change(to, Status.COMING, 0, 0).version();
    change(from, Status.GONE, 1, 0);
    SlotPage page =
        SlotPage.read(
            from.shard().store(),
            new SlotPage.Wanted(SLOT, new SlotPage.Span(0, SlotPage.Span.OPEN), new byte[0]),
            new SlotPage.Limit(1 << 20, () -> false));
    done(to, to.shard().move(new MoveStep.Rows(1, since, page.parsed()), context()));
    change(to, Status.OWNED, 0, since);
    add(to, "b");

    List<Long> stamps = new ArrayList<>();
    try (StateStore.Scan rows =
        to.shard().store().scan(Keys.record(ADDRESS, 0), Keys.recordsEnd(ADDRESS))) {
      for (; rows.valid(); rows.next()) {
        stamps.add(CommandRecord.read(rows.value()).stamp());
      }
    }
    assertThat(stamps).hasSize(2);
    assertThat(stamps.get(0)).isGreaterThan(nowNs / 1_000);
    assertThat(stamps.get(1)).isGreaterThan(stamps.get(0));
  }
}
