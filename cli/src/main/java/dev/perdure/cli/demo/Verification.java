package dev.perdure.cli.demo;

import dev.perdure.cli.demo.Books.Entry;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import dev.perdure.example.ledger.imports.Balances;
import dev.perdure.example.ledger.imports.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/** Asks a node for everything and compares it with the books. */
final class Verification {

  private static final int CONCURRENCY = 16;
  private static final int ASKED_AGAIN_MAX = 1_000;

  private final Delivery delivery;
  private final Delivery admin;
  private final Books books;

  /**
   * A verification.
   *
   * @param delivery to the node's API
   * @param admin to its admin port
   */
  Verification(Delivery delivery, Delivery admin, Books books) {
    this.delivery = delivery;
    this.admin = admin;
    this.books = books;
  }

  /**
   * The checks, in the order in which a person asks for them.
   *
   * @param restart kills the node once more and starts it again
   */
  List<Check> run(Runnable restart) throws GaveUpException {
    List<Check> checks = new ArrayList<>();
    audit(checks);
    askAgain(checks);
    checks.add(rebuild(restart));
    return checks;
  }

  /** What was served before a kill, against every history folded from its first event after it. */
  private Check rebuild(Runnable restart) throws GaveUpException {
    Answer live = digest("served");
    restart.run();
    Answer genesis = digest("genesis");
    boolean same = true;
    for (String hash : List.of("state", "facts")) {
      same &= !live.text(hash).isEmpty() && live.text(hash).equals(genesis.text(hash));
    }
    return new Check(
        "killed once more and rebuilt from its first event, it has the same hash",
        same,
        "%s %s %s, %,d events"
            .formatted(
                live.text("state"),
                same ? "=" : "and",
                genesis.text("state"),
                genesis.number("events")));
  }

  private Answer digest(String way) throws GaveUpException {
    String path = "/admin/v1/digest/" + way;
    Answer answer = admin.one(node -> node.exchange("GET", path, Map.of(), null)).answer();
    if (!answer.ok()) {
      throw new DemoException(
          "the node answered %s with %d %s".formatted(path, answer.status(), answer.detail()));
    }
    return answer;
  }

  private void audit(List<Check> checks) throws GaveUpException {
    Map<String, Long> balances = new Balances(delivery, CONCURRENCY).of(books.accounts());
    List<AccountAudit> audits = new ArrayList<>();
    Workers.each(
        books.accounts(),
        CONCURRENCY,
        account -> {
          List<History.Event> events = new ArrayList<>();
          History.each(delivery, account, events::add);
          AccountAudit audit =
              AccountAudit.of(balances.getOrDefault(account, 0L), events, books.entries(account));
          synchronized (audits) {
            audits.add(audit);
          }
        });
    AccountAudit sum = audits.stream().reduce(AccountAudit.NOTHING, AccountAudit::plus);
    long exact = audits.stream().filter(AccountAudit::exact).count();
    long entries = books.size();
    checks.add(
        new Check(
            "what was acknowledged is there, once and unchanged",
            sum.lost() == 0 && sum.altered() == 0,
            "%,d replies, %d lost, %d altered".formatted(entries, sum.lost(), sum.altered())));
    checks.add(
        new Check(
            "nothing is there twice, nothing that nobody asked for",
            sum.doubled() == 0 && sum.foreign() == 0,
            "%d doubled, %d unknown".formatted(sum.doubled(), sum.foreign())));
    checks.add(
        new Check(
            "every balance is the sum of its account's rows, to the haléř",
            exact == audits.size(),
            "%,d of %,d accounts".formatted(exact, audits.size())));
    checks.add(conservation(balances));
  }

  private Check conservation(Map<String, Long> balances) {
    long held = balances.values().stream().mapToLong(Long::longValue).sum();
    long moved =
        books.accounts().stream()
            .flatMap(account -> books.entries(account).stream())
            .mapToLong(Entry::effect)
            .sum();
    return new Check(
        "no money appeared or vanished: balances = deposits − withdrawals",
        held == moved,
        held == moved
            ? String.format(Locale.ROOT, "%,.2f CZK", held / 100.0)
            : "%,d and %,d haléř".formatted(held, moved));
  }

  /** The same command under the same operation id: it must be answered alike and change nothing. */
  private void askAgain(List<Check> checks) throws GaveUpException {
    List<String> accounts = List.copyOf(books.accounts());
    AtomicLong alike = new AtomicLong();
    AtomicLong asked = new AtomicLong();
    LongAccumulator unlike = new LongAccumulator(Math::max, 0);
    int each = Math.max(1, ASKED_AGAIN_MAX / Math.max(1, accounts.size()));
    Workers.each(
        accounts.subList(0, Math.min(accounts.size(), ASKED_AGAIN_MAX)),
        CONCURRENCY,
        account -> {
          List<Entry> entries = books.entries(account);
          for (int i = 0; i < Math.min(each, entries.size()); i++) {
            Entry entry = entries.get((int) ((long) i * entries.size() / each % entries.size()));
            asked.incrementAndGet();
            if (alike(account, entry)) {
              alike.incrementAndGet();
            } else {
              unlike.accumulate(1);
            }
          }
        });
    checks.add(
        new Check(
            "asked again under the same operation id, it gives the same reply",
            unlike.get() == 0,
            "%,d of %,d asked again".formatted(alike.get(), asked.get())));
  }

  private boolean alike(String account, Entry entry) throws GaveUpException {
    BatchLine line =
        new BatchLine(
            "account",
            account,
            entry.command(),
            entry.credit() ? new Deposit(entry.amount(), null) : new Withdraw(entry.amount(), null),
            entry.key());
    Answer answer = delivery.one(node -> node.command(line)).answer();
    return answer.replayed()
        && answer.ok() == entry.accepted()
        && (!entry.accepted() || answer.number("balance") == entry.balance());
  }
}
