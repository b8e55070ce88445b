package dev.perdure.lab.cluster.load;

import dev.perdure.lab.cluster.load.Operation.Kind;
import java.util.Queue;
import java.util.SplittableRandom;

/** One client: an operation, a pause, the next one. */
final class Client implements Runnable {

  private static final int READ_PERCENT = 35;
  private static final int DEPOSIT_PERCENT = 25;
  private static final int WITHDRAW_PERCENT = 20;
  private static final long AMOUNT_MAX = 100;

  private final int number;
  private final LoadSettings settings;
  private final Shared shared;
  private final SplittableRandom random;
  private final Sender sender;
  private int count;

  /** What clients share. */
  record Shared(Accounts accounts, History history, Stop stop, Queue<Open> open) {}

  /**
   * An operation whose outcome has to be found out later, or that has to be done at last.
   *
   * @param to where the money of a transfer goes once the withdrawal is done; empty if nowhere
   */
  record Open(Delivery delivery, String to) {}

  Client(int number, LoadSettings settings, Shared shared, Sender sender) {
    this.number = number;
    this.settings = settings;
    this.shared = shared;
    this.sender = sender;
    this.random = new SplittableRandom(settings.seed() * 1_000_003 + number);
  }

  @Override
  public void run() {
    try (sender) {
      while (!shared.stop.requested()) {
        one();
        shared.stop.await(random.nextLong(2 * settings.pause().toMillis() + 1));
      }
    }
  }

  private void one() {
    int choice = random.nextInt(100);
    String id = "c" + number + "-" + count++;
    if (choice < READ_PERCENT) {
      settle(operation(id, shared.accounts.pick(random), Kind.READ), "");
    } else if (choice < READ_PERCENT + DEPOSIT_PERCENT) {
      settle(operation(id, shared.accounts.pick(random), Kind.DEPOSIT), "");
    } else if (choice < READ_PERCENT + DEPOSIT_PERCENT + WITHDRAW_PERCENT) {
      settle(operation(id, shared.accounts.pick(random), Kind.WITHDRAW), "");
    } else {
      String[] accounts = shared.accounts.pickTwo(random);
      long amount = random.nextLong(1, AMOUNT_MAX);
      settle(new Operation(id, accounts[0], Kind.WITHDRAW, amount, true), accounts[1]);
    }
  }

  private Operation operation(String id, String account, Kind kind) {
    long amount = kind == Kind.READ ? 0 : random.nextLong(1, AMOUNT_MAX);
    return new Operation(id, account, kind, amount, false);
  }

  /** Brings an operation to its end, and a transfer to that of its second half. */
  private void settle(Operation operation, String to) {
    Delivery delivery = new Delivery(operation, number);
    if (!deliver(delivery)) {
      abandon(new Open(delivery, to));
      return;
    }
    shared.history.ended(delivery.recorded());
    if (!to.isEmpty() && delivery.result().status() == Result.Status.DONE) {
      Delivery second = new Delivery(secondHalf(operation, to), number);
      if (deliver(second)) {
        shared.history.ended(second.recorded());
      } else {
        shared.open.add(new Open(second, ""));
      }
    }
  }

  /** The deposit that belongs to a transfer's withdrawal. */
  static Operation secondHalf(Operation withdrawal, String to) {
    return new Operation(withdrawal.id() + "-to", to, Kind.DEPOSIT, withdrawal.amount(), true);
  }

  private boolean deliver(Delivery delivery) {
    long untilNs = shared.history.now() + settings.patience().toNanos();
    return sender.deliver(delivery, untilNs, shared.stop);
  }

  /** What certainly did not happen has ended; what perhaps did is asked for later. */
  private void abandon(Open open) {
    if (open.delivery.result().status() == Result.Status.UNKNOWN) {
      shared.open.add(open);
    } else {
      shared.history.ended(open.delivery.recorded());
    }
  }
}
