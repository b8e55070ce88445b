package dev.perdure.example.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.client.PerdureClient;
import dev.perdure.example.reporting.Outsides.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills node, database and broker in turn, with SIGKILL, while accounts change; then compares what
 * the node's own histories come to with the rows and with the topic. {@code ./perdure proof
 * connect} is this test at full length ({@code -Dproof.seconds}, {@code -Dproof.seed}).
 */
class ConnectProofTest {

  private static final long SECONDS = Long.getLong("proof.seconds", 20);
  private static final long SEED = Long.getLong("proof.seed", 1);
  private static final List<Victim> TURNS = List.of(Victim.NODE, Victim.DATABASE, Victim.BROKER);
  private static final long CATCH_UP_NS = Duration.ofMinutes(3).toNanos();
  private static final long LOOK_NS = 100_000_000;

  @TempDir private Path folder;

  @Test
  void rowsAndMessagesAreTheFoldOfEventsWhoeverIsKilled() throws Exception {
    Map<Victim, Integer> kills = new EnumMap<>(Victim.class);
    try (Outsides outsides = new Outsides(folder);
        Load load = new Load(client(outsides), SEED)) {
      long endNs = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      SplittableRandom random = new SplittableRandom(SEED);
      await("the load begins", () -> load.done() > 200);
      for (int i = 0; System.nanoTime() - endNs < 0 || i < TURNS.size(); i++) {
        Victim victim = TURNS.get(i % TURNS.size());
        pause(200 + random.nextInt(1_500));
        outsides.kill(victim);
        kills.merge(victim, 1, Integer::sum);
        int before = load.done();
        pause(random.nextInt(1_000));
        outsides.start(victim);
        await("the load goes on", () -> load.done() > before + 20);
      }
      load.stop();
      compare(outsides, load, kills);
    }
  }

  private static PerdureClient client(Outsides outsides) {
    return PerdureClient.builder(outsides.node()).timeout(Duration.ofSeconds(30)).build();
  }

  private static void compare(Outsides outsides, Load load, Map<Victim, Integer> kills)
      throws Exception {
    try (PerdureClient client = client(outsides)) {
      Map<String, Ledger.Account> accounts = Ledger.accounts(client);
      Map<String, Long> versions = new TreeMap<>();
      accounts.forEach((id, account) -> versions.put(id, account.events()));
      await("rows have caught up", () -> Rows.accounts(outsides.database()).equals(accounts));
      await(
          "messages have caught up",
          () -> Messages.read(outsides.brokers(), Outsides.TOPIC).versions().equals(versions));
      Messages messages = Messages.read(outsides.brokers(), Outsides.TOPIC);
      assertThat(messages.broken()).isEmpty();
      assertThat(messages.versions()).isEqualTo(versions);
      assertThat(Rows.accounts(outsides.database())).isEqualTo(accounts);
      assertThat(kills).containsOnlyKeys(Victim.values());
      long events = versions.values().stream().mapToLong(Long::longValue).sum();
      System.out.printf(
          "  held: %,d commands, %,d events of %d accounts; killed: %s%n"
              + "  rows are the fold of events; %,d messages: none missing, in order for each account,"
              + " %,d repeats, each the same as before%n",
          load.done(), events, accounts.size(), kills, messages.count(), messages.repeats());
    }
  }

  private static void pause(int ms) {
    long endNs = System.nanoTime() + ms * 1_000_000L;
    for (long left = endNs - System.nanoTime(); left > 0; left = endNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void await(String what, Callable<Boolean> condition) {
    long endNs = System.nanoTime() + CATCH_UP_NS;
    String last = "";
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        last = e.toString(); // who was killed a moment ago may not answer yet
      }
      assertThat(System.nanoTime() - endNs).as("%s, in time (%s)", what, last).isNegative();
      LockSupport.parkNanos(LOOK_NS);
    }
  }
}
