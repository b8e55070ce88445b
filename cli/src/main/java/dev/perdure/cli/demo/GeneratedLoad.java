package dev.perdure.cli.demo;

import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Deposits and withdrawals of many clients on the same accounts, each an HTTP request of its own.
 * The seed fixes what each client asks; who comes first is up to the moment.
 */
final class GeneratedLoad implements Load {

  private static final int DEPOSITS_PERCENT = 60;
  private static final int AMOUNT_MAX = 100_000;

  private final DemoSettings settings;
  private final BooleanSupplier timeIsUp;

  /** A load that ends early, with fewer commands, when its time is up. */
  GeneratedLoad(DemoSettings settings, BooleanSupplier timeIsUp) {
    this.settings = settings;
    this.timeIsUp = timeIsUp;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "up to %,d commands of %d clients on %,d accounts, seed %d",
        answers(),
        settings.clients(),
        settings.accounts(),
        settings.seed());
  }

  @Override
  public long answers() {
    return settings.commands();
  }

  @Override
  public void run(Delivery delivery, Books books) throws GaveUpException {
    List<Integer> clients = IntStream.range(0, settings.clients()).boxed().toList();
    Workers.each(clients, clients.size(), client -> runClient(client, delivery, books));
  }

  private void runClient(int client, Delivery delivery, Books books) throws GaveUpException {
    SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + client);
    int share = settings.commands() / settings.clients();
    int more = client < settings.commands() % settings.clients() ? 1 : 0;
    for (int n = 0; n < share + more && !timeIsUp.getAsBoolean(); n++) {
      String account = "acct-" + random.nextInt(settings.accounts());
      boolean credit = random.nextInt(100) < DEPOSITS_PERCENT;
      long amount = random.nextLong(1, AMOUNT_MAX);
      String key = "c" + client + "-" + n;
      BatchLine line =
          new BatchLine(
              "account",
              account,
              credit ? "deposit" : "withdraw",
              credit ? new Deposit(amount, null) : new Withdraw(amount, null),
              key);
      Answer answer = delivery.one(node -> node.command(line)).answer();
      if (!answer.ok() && !answer.rejected()) {
        throw new DemoException(
            "the node answered %s to %s with %d %s: %s"
                .formatted(key, line.command(), answer.status(), answer.code(), answer.detail()));
      }
      long balance = answer.ok() ? answer.number("balance") : 0;
      books.note(account, new Books.Entry(key, credit, amount, answer.ok(), balance));
    }
  }
}
