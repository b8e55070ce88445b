package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.address;
import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Transactions.Part;
import dev.perdure.runtime.Transactions.TransactionAnswer;
import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.transact.Step;
import dev.perdure.runtime.transact.Transacting;
import dev.perdure.runtime.transact.TransactionDoor;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.TypeRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on several entities, all or nothing, on a real node with several shards. */
class TransactionTest {

  private static final long MS = 1_000_000;

  @TempDir Path directory;

  private NodeOptions options() {
    return NodeOptions.of(directory).withShards(2);
  }

  private RunningNode open() {
    return RunningNode.open(options(), new Wallet.Bundle());
  }

  private static Part part(RunningNode node, String id, Wallet.Command command) {
    return new Part(address(id), body(node, command), Precondition.NONE);
  }

  private static CommandBody body(RunningNode node, Wallet.Command command) {
    return java.util.Objects.requireNonNull(node.node().types().find("wallet")).body(command);
  }

  private static List<Part> transfer(RunningNode node, String from, String to, long amount) {
    return List.of(
        part(node, from, new Wallet.Withdraw(amount)), part(node, to, new Wallet.Deposit(amount)));
  }

  private static TransactionAnswer run(RunningNode node, @Nullable String key, List<Part> parts) {
    return node.node().transactions().execute(key, parts, node.context());
  }

  private static CallContext within(RunningNode node, long ms) {
    return new CallContext("tester", "", node.node().clock().monotonicNs() + ms * MS);
  }

  private static String balance(RunningNode node, String id) {
    return text(node.read(id));
  }

  private void verify() {
    assertThat(
            Verification.run(
                DataDirectory.existing(directory), new TypeRegistry(List.of(new Wallet.Bundle()))))
        .allMatch(Verification.Checked::holds);
  }

  @Test
  void doesAllOfItOnceAndSaysTheSameAgain() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      List<Part> parts = transfer(node, "anna", "bert", 30);
      TransactionAnswer first = run(node, "t1", parts);
      TransactionAnswer again = run(node, "t1", parts);

      assertThat(first)
          .isEqualTo(
              new TransactionAnswer.Committed(
                  List.of(
                      new Transactions.Result(2, "{\"balance\":70}"),
                      new Transactions.Result(1, "{\"balance\":30}")),
                  false));
      assertThat(again)
          .isEqualTo(
              new TransactionAnswer.Committed(
                  ((TransactionAnswer.Committed) first).results(), true));
      assertThat(balance(node, "anna")).isEqualTo("{\"balance\":70}@2");
      assertThat(balance(node, "bert")).isEqualTo("{\"balance\":30}@1");
      History.Page page = (History.Page) node.node().entities().history(address("bert"), 0, 10);
      assertThat(page.events().getFirst().operationId()).isEqualTo("transaction:t1");
      assertThat(run(node, "t1", transfer(node, "anna", "bert", 31)))
          .isInstanceOfSatisfying(
              TransactionAnswer.Failed.class,
              no -> assertThat(no.problem().code()).isEqualTo(ProblemCode.OPERATION_ID_REUSED));
    }
    verify();
  }

  @Test
  void doesNothingIfOneOfThemIsRejected() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      List<Part> parts =
          List.of(
              part(node, "anna", new Wallet.Withdraw(30)),
              part(node, "carl", new Wallet.Withdraw(1)),
              part(node, "bert", new Wallet.Deposit(30)));
      TransactionAnswer no =
          new TransactionAnswer.Rejected(1, "insufficient-funds", "the wallet holds 0", false);
      assertThat(run(node, "t2", parts)).isEqualTo(no);
      node.until(() -> pending(node) == 0);

      var _ = node.run("carl", new Wallet.Deposit(1), null);
      assertThat(run(node, "t2", parts))
          .isEqualTo(
              new TransactionAnswer.Rejected(1, "insufficient-funds", "the wallet holds 0", true));
      assertThat(balance(node, "anna")).isEqualTo("{\"balance\":100}@1");
      assertThat(balance(node, "bert")).isEqualTo("not-found");
      assertThat(run(node, "t3", parts)).isInstanceOf(TransactionAnswer.Committed.class);
    }
    verify();
  }

  private static long pending(RunningNode node) {
    return node.node().figures().stream().mapToLong(one -> one.wakes().pending()).sum();
  }

  @Test
  void refusesWhatIsNoTransaction() {
    try (RunningNode node = open()) {
      assertThat(code(run(node, null, List.of()))).isEqualTo(ProblemCode.INVALID_BODY);
      assertThat(code(run(node, null, transfer(node, "anna", "anna", 1))))
          .isEqualTo(ProblemCode.INVALID_BODY);
      List<Part> many =
          IntStream.range(0, 17).mapToObj(i -> part(node, "w" + i, new Wallet.Deposit(1))).toList();
      assertThat(code(run(node, null, many))).isEqualTo(ProblemCode.INVALID_BODY);
      Part old =
          new Part(address("anna"), body(node, new Wallet.Deposit(1)), new Precondition.Version(7));
      assertThat(code(run(node, null, List.of(part(node, "b", new Wallet.Deposit(1)), old))))
          .isEqualTo(ProblemCode.VERSION_MISMATCH);
      assertThat(code(run(node, null, List.of(part(node, "b", new Wallet.Misbehave("throw"))))))
          .isEqualTo(ProblemCode.DECIDE_FAILED);
      node.until(() -> pending(node) == 0);
      assertThat(balance(node, "b")).isEqualTo("not-found");
      assertThat(run(node, null, many.subList(0, 16)))
          .isInstanceOf(TransactionAnswer.Committed.class);
    }
    verify();
  }

  private static ProblemCode code(TransactionAnswer answer) {
    return ((TransactionAnswer.Failed) answer).problem().code();
  }

  /** What a call that died has left: an attempt that is open, and some of its parts prepared. */
  private static Transacting abandoned(RunningNode node, String key, List<Part> parts, int sends) {
    var transaction =
        new dev.perdure.runtime.record.EntityAddress("default", "perdure.transaction", key);
    Transacting course =
        new Transacting(
            new Transacting.Of(
                transaction,
                node.node().types().transactions(),
                parts,
                TransactionDoor.fingerprint(parts)),
            within(node, 500),
            node.node().clock().monotonicNs());
    for (int i = 0; i < sends; i++) {
      Transacting.Send send = course.toSend().getFirst();
      Outcome outcome = node.node().entities().execute(send.command());
      course.answered(send, outcome, node.node().clock().monotonicNs());
    }
    return course;
  }

  @Test
  void othersWaitForWhatIsPreparedAndGoOnWhenItsCallIsGivenUp() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      List<Part> parts = transfer(node, "anna", "bert", 30);
      var _ = abandoned(node, "lost", parts, 3);
      Outcome late =
          node.node()
              .entities()
              .execute(
                  new EntityCommand(
                      address("anna"),
                      body(node, new Wallet.Deposit(1)),
                      null,
                      Precondition.NONE,
                      within(node, 100)));
      assertThat(text(late)).isEqualTo("locked");
      assertThat(balance(node, "anna")).isEqualTo("{\"balance\":100}@1");

      assertThat(text(node.run("anna", new Wallet.Deposit(5), null)))
          .isEqualTo("{\"balance\":105}@2");
      assertThat(balance(node, "bert")).isEqualTo("not-found");
      assertThat(run(node, "lost", parts)).isInstanceOf(TransactionAnswer.Committed.class);
      assertThat(balance(node, "anna")).isEqualTo("{\"balance\":75}@3");
    }
    verify();
  }

  @Test
  void whatIsCommittedTakesEffectThoughNobodyWasToldBeforeTheNodeStopped() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      var _ = abandoned(node, "told-nobody", transfer(node, "anna", "bert", 30), 4);
      assertThat(pending(node)).isEqualTo(2);
    }
    try (RunningNode node = open()) {
      node.until(() -> balance(node, "bert").equals("{\"balance\":30}@1"));
      node.until(() -> balance(node, "anna").equals("{\"balance\":70}@2"));
      node.until(() -> pending(node) == 0);
      // What was asked for once more, and arrives when all is over, takes no effect again.
      Step late =
          new Step.Prepare(
              new Prepared.Of("told-nobody", 1), 1_000_000, body(node, new Wallet.Deposit(30)));
      assertThat(
              text(
                  node.node()
                      .entities()
                      .execute(
                          new EntityCommand(
                              address("bert"),
                              late.body(),
                              Step.operationId("told-nobody"),
                              Precondition.NONE,
                              node.context()))))
          .isEqualTo("{\"balance\":30}@1 replayed");
      assertThat(pending(node)).isZero();
    }
    verify();
  }

  @Test
  void aCallersOwnOperationIdIsTakenForNoVote() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), "transaction:rent");
      assertThat(code(run(node, "rent", transfer(node, "anna", "bert", 30))))
          .isEqualTo(ProblemCode.OPERATION_ID_REUSED);
      assertThat(balance(node, "anna")).isEqualTo("{\"balance\":100}@1");
      assertThat(balance(node, "bert")).isEqualTo("not-found");
      node.until(() -> pending(node) == 0);
    }
    verify();
  }

  @Test
  void aTransactionIsOneTenants() {
    try (RunningNode node = open()) {
      Part other =
          new Part(
              new dev.perdure.runtime.record.EntityAddress("other", "wallet", "zoe"),
              body(node, new Wallet.Deposit(1)),
              Precondition.NONE);
      assertThat(code(run(node, "t", List.of(part(node, "anna", new Wallet.Deposit(1)), other))))
          .isEqualTo(ProblemCode.INVALID_BODY);
      assertThat(code(run(node, "x".repeat(300), transfer(node, "anna", "bert", 1))))
          .isEqualTo(ProblemCode.INVALID_ID);
    }
  }

  @Test
  void whoeverRepeatsWhileTheFirstIsAtWorkIsNotToldThatNothingHappened() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      List<Part> parts = transfer(node, "anna", "bert", 30);
      Transacting first = abandoned(node, "slow", parts, 3);
      TransactionAnswer second =
          node.node().transactions().execute("slow", parts, within(node, 200));
      assertThat(code(second)).isEqualTo(ProblemCode.OUTCOME_UNKNOWN);
      Transacting.Send commit = first.toSend().getFirst();
      assertThat(node.node().entities().execute(commit.command())).isInstanceOf(Outcome.Done.class);
      node.until(() -> balance(node, "bert").equals("{\"balance\":30}@1"));
    }
    verify();
  }

  @Test
  void whatIsGivenUpAtItsDeadlineHoldsNobodyAnyLonger() {
    try (RunningNode node = open()) {
      var _ = node.run("anna", new Wallet.Deposit(100), null);
      var _ = abandoned(node, "holds-bert", transfer(node, "anna", "bert", 1), 3);
      // It prepares carl, waits for anna until its deadline, and lets carl go.
      TransactionAnswer late =
          node.node()
              .transactions()
              .execute(
                  "late",
                  List.of(
                      part(node, "aaron", new Wallet.Deposit(1)),
                      part(node, "anna", new Wallet.Deposit(1))),
                  within(node, 150));
      assertThat(code(late)).isIn(ProblemCode.LOCKED, ProblemCode.DEADLINE_EXCEEDED);
      long from = node.node().clock().monotonicNs();
      assertThat(text(node.run("aaron", new Wallet.Deposit(5), null)))
          .isEqualTo("{\"balance\":5}@1");
      assertThat(node.node().clock().monotonicNs() - from).isLessThan(800 * MS);
    }
    verify();
  }

  @Test
  void manyAtOnceNeitherLoseMoneyNorWaitForEachOtherForEver() {
    int wallets = 6;
    AtomicInteger committed = new AtomicInteger();
    try (RunningNode node = open()) {
      for (int i = 0; i < wallets; i++) {
        var _ = node.run("w" + i, new Wallet.Deposit(1_000), null);
      }
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int caller = 0; caller < 16; caller++) {
        SplittableRandom random = new SplittableRandom(caller);
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 30; i++) {
                    int from = random.nextInt(wallets);
                    int to = (from + 1 + random.nextInt(wallets - 1)) % wallets;
                    TransactionAnswer answer =
                        run(node, null, transfer(node, "w" + from, "w" + to, 1));
                    committed.addAndGet(answer instanceof TransactionAnswer.Committed ? 1 : 0);
                  }
                },
                Thread::startVirtualThread));
      }
      all.forEach(CompletableFuture::join);
      long sum = 0;
      for (int i = 0; i < wallets; i++) {
        String state = balance(node, "w" + i);
        sum += Long.parseLong(state.replaceAll("^\\D*(\\d+)\\D.*", "$1"));
      }
      assertThat(sum).isEqualTo(1_000L * wallets);
      assertThat(committed.get()).isEqualTo(16 * 30);
      assertThat(pending(node)).isZero();
    }
    verify();
  }

  @Test
  void belowItsLevelNothingIsHeld() {
    Build older = new Build("0.9", 1, Build.TRANSACTIONS - 1);
    NodeOptions below = options().withBuild(older);
    try (RunningNode node = RunningNode.open(below, new Wallet.Bundle())) {
      assertThat(code(run(node, "t", List.of(part(node, "anna", new Wallet.Deposit(1))))))
          .isEqualTo(ProblemCode.UNKNOWN_ROUTE);
      assertThat(balance(node, "anna")).isEqualTo("not-found");
    }
    verify();
  }
}
