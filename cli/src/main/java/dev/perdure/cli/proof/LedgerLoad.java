package dev.perdure.cli.proof;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.AccountCommand;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;

/** Deposits into many accounts, many at a time. One thread. */
final class LedgerLoad {

  private static final int UNDER_WAY = 512;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Clock clock = Clock.system();
  private final Node node;
  private final EntityModel account;
  private final int accounts;
  private int done;

  LedgerLoad(Node node, int accounts) {
    this.node = node;
    this.accounts = accounts;
    this.account = Objects.requireNonNull(node.types().find("account"));
  }

  /** How long commands took, with {@value #UNDER_WAY} under way. */
  record Latency(double medianMs, double longestMs) {}

  private record Sent(Entities.Waiting waiting, long startNs) {}

  /** Goes on until so many events are there. */
  Latency upTo(int events) {
    long[] tookNs = new long[events - done];
    int answered = 0;
    Deque<Sent> underWay = new ArrayDeque<>();
    while (done < events || !underWay.isEmpty()) {
      while (done < events && underWay.size() < UNDER_WAY) {
        underWay.add(new Sent(node.entities().submit(command(done++)), clock.monotonicNs()));
      }
      Sent oldest = underWay.remove();
      if (!(oldest.waiting.await() instanceof Outcome.Done)) {
        throw new CommandException(Exit.FAILED, "a deposit was not executed");
      }
      tookNs[answered++] = clock.monotonicNs() - oldest.startNs;
    }
    Arrays.sort(tookNs);
    return new Latency(tookNs[tookNs.length / 2] / 1e6, tookNs[tookNs.length - 1] / 1e6);
  }

  private EntityCommand command(int number) {
    return new EntityCommand(
        new EntityAddress("default", "account", "account-" + number % accounts),
        account.body(new AccountCommand.Deposit(1 + number % 100, null)),
        "deposit-" + number,
        EntityCommand.Precondition.NONE,
        new CallContext("proof", "", clock.monotonicNs() + PATIENCE.toNanos()));
  }
}
