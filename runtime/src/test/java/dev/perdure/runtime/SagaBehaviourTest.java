package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Compensation;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.StepFailed;
import dev.perdure.api.StepRejected;
import dev.perdure.api.Undo;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Sagas.Choice;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.Sagas.SagaDecision;
import dev.perdure.runtime.Sagas.SagaQuery;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sagas can do, on a node that is started again in between. */
@SuppressWarnings("try") // the open node is asked through the field
class SagaBehaviourTest {

  private static final EntityAddress ID = SagaTest.saga("script", "s");

  @TempDir private Path directory;

  private @Nullable RunningNode node;

  private RunningNode open(Saga<?, ?>... sagas) {
    RunningNode opened = RunningNode.open(NodeOptions.of(directory), Transfers.bundle(sagas));
    opened.until(() -> opened.node().health().writes());
    node = opened;
    return opened;
  }

  private Sagas sagas() {
    return node.node().sagas();
  }

  private SagaView start() {
    return SagaTest.seen(sagas().start(ID, SagaTest.json("{\"what\":\"x\"}"), node.context()));
  }

  private SagaView over() {
    return SagaTest.seen(sagas().await(ID, node.context()));
  }

  private SagaView now() {
    return SagaTest.seen(sagas().get(ID, node.context()));
  }

  private SagaView ran(Script script) {
    try (RunningNode opened = open(script)) {
      start();
      return over();
    }
  }

  private SagaView decide(Choice choice, @Nullable String result) {
    return SagaTest.seen(
        sagas()
            .decide(
                ID,
                new SagaDecision(choice, result == null ? null : SagaTest.json(result), "because"),
                node.context()));
  }

  private static String result(SagaView saga) {
    return new String(saga.result(), StandardCharsets.UTF_8);
  }

  @Test
  void whatWasDoneIsUndoneInReverse() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              it.act(saga, "two");
              throw saga.abort("enough", "of it");
            });
    SagaView over = ran(script);
    assertThat(over.status()).isEqualTo(Status.COMPENSATED);
    assertThat(over.failure()).isEqualTo(new SagaView.Failure("enough", "of it", ""));
    assertThat(script.effects).containsExactly("one", "two", "undo two", "undo one");
    assertThat(over.steps())
        .extracting(SagaView.Step::state)
        .containsOnly(SagaView.StepState.COMPENSATED);
  }

  @Test
  void aRejectionCanBeCaughtOrEndsIt() {
    List<String> caught = new ArrayList<>();
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              try {
                saga.step("first")
                    .command("wallet", "poor", new Wallet.Withdraw(5), Wallet.Reply.class);
              } catch (StepRejected e) {
                caught.add(e.code());
              }
              saga.step("second")
                  .command("wallet", "poor", new Wallet.Withdraw(6), Wallet.Reply.class);
              return "never";
            });
    SagaView over = ran(script);
    assertThat(caught).containsExactly("insufficient-funds");
    assertThat(over.status()).isEqualTo(Status.COMPENSATED);
    assertThat(over.failure().code()).isEqualTo("insufficient-funds");
    assertThat(script.effects).containsExactly("one", "undo one");
  }

  @Test
  void codeThatFailsParksAndGoesOnWhenItIsMended() {
    Script broken =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              throw new IllegalStateException("a mistake");
            });
    SagaView parked = ran(broken);
    assertThat(parked.status()).isEqualTo(Status.PARKED);
    assertThat(parked.failure().code()).isEqualTo("code-failed");
    assertThat(parked.failure().detail()).contains("a mistake");
    Script mended = new Script((it, saga) -> it.act(saga, "one") + it.act(saga, "two"));
    try (RunningNode opened = open(mended)) {
      assertThat(sagas().list(new SagaQuery("default", null, true, null, 10)).sagas())
          .extracting(SagaView::address)
          .containsExactly(ID);
      assertThat(
              sagas()
                  .decide(
                      ID,
                      new SagaDecision(Choice.PROVIDE, SagaTest.json("1"), "because"),
                      node.context()))
          .isInstanceOf(SagaAnswer.Refused.class);
      decide(Choice.RETRY, null);
      assertThat(over().status()).isEqualTo(Status.COMPLETED);
      assertThat(mended.effects).containsExactly("two");
      assertThat(sagas().decide(ID, new SagaDecision(Choice.RETRY, null, "x"), node.context()))
          .isInstanceOf(SagaAnswer.Refused.class);
      assertThat(sagas().list(new SagaQuery("default", "script", true, null, 10)).sagas())
          .isEmpty();
      assertThat(sagas().list(new SagaQuery("default", "script", false, null, 10)).sagas())
          .hasSize(1);
    }
  }

  private static Script unsure() {
    return new Script(
        (it, saga) -> {
          it.act(saga, "one");
          return saga.step("two")
              .undo(Undo.call("undo", new Script.Input("two")))
              .retry(Retry.never())
              .call(
                  "list",
                  new Script.Input(""),
                  call -> {
                    it.effects.add("two");
                    throw new IllegalStateException("no answer");
                  },
                  String.class);
        });
  }

  @Test
  void nothingIsUndoneOnAGuess() {
    Script script = unsure();
    try (RunningNode opened = open(script)) {
      start();
      SagaView parked = over();
      assertThat(parked.status()).isEqualTo(Status.PARKED);
      assertThat(parked.failure().code()).isEqualTo("outcome-unknown");
      assertThat(decide(Choice.PROVIDE, "\"found\"").failure()).isNull();
      assertThat(result(over())).isEqualTo("\"found\"");
      assertThat(script.effects).containsExactly("one", "two");
    }
  }

  @Test
  void aPersonMaySkipOrCompensate() {
    Script script = unsure();
    try (RunningNode opened = open(script)) {
      start();
      over();
      decide(Choice.RETRY, null);
      node.until(() -> script.effects.size() == 3 && now().status() == Status.PARKED);
      decide(Choice.COMPENSATE, null);
      SagaView parked = over();
      assertThat(parked.status()).isEqualTo(Status.PARKED);
      decide(Choice.SKIP, null);
      SagaView over = over();
      assertThat(over.status()).isEqualTo(Status.COMPENSATED);
      assertThat(over.failure().by()).isEqualTo("tester");
      assertThat(over.failure().detail()).contains("because");
      assertThat(script.effects).endsWith("undo one").doesNotContain("undo two");
    }
  }

  @Test
  void signalsAreKeptUntilSomebodyWaits() {
    Script script =
        new Script(
            (it, saga) -> {
              String first = saga.signal("go", String.class, Duration.ofHours(1)).orElse("none");
              String second =
                  saga.signal("go", "2", String.class, Duration.ofHours(1)).orElse("none");
              String third =
                  saga.signal("stop", String.class, Duration.ofMillis(200)).orElse("none");
              return first + second + third;
            });
    try (RunningNode opened = open(script)) {
      start();
      signal("a", "k1");
      assertThat(signal("a", "k1").replayed()).isTrue();
    }
    try (RunningNode opened = open(script)) {
      node.until(() -> now().steps().size() == 2);
      signal("b", null);
      assertThat(result(over())).isEqualTo("\"abnone\"");
      assertThat(
              sagas().signal(ID, new Sagas.Signal("go", SagaTest.json("1")), null, node.context()))
          .isInstanceOf(SagaAnswer.Refused.class);
    }
  }

  @Test
  void aSignalThatCameTooSoonComesWhenItIsRepeated() {
    Script script =
        new Script(
            (it, saga) -> saga.signal("go", String.class, Duration.ofHours(1)).orElse("none"));
    try (RunningNode opened = open(script)) {
      Sagas.Signal signal = new Sagas.Signal("go", SagaTest.json("\"a\""));
      assertThat(sagas().signal(ID, signal, "k1", node.context()))
          .isInstanceOf(SagaAnswer.Failed.class);
      start();
      assertThat(signal("a", "k1").replayed()).isFalse();
      assertThat(result(over())).isEqualTo("\"a\"");
    }
  }

  private SagaAnswer.Seen signal(String body, @Nullable String key) {
    Sagas.Signal signal = new Sagas.Signal("go", SagaTest.json("\"" + body + "\""));
    return (SagaAnswer.Seen) sagas().signal(ID, signal, key, node.context());
  }

  @Test
  void itSleepsOverARestart() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              saga.sleep("night", Duration.ofSeconds(3));
              return it.act(saga, "two");
            });
    long began;
    try (RunningNode opened = open(script)) {
      began = start().startedMicros();
      node.until(() -> now().wakeMicros() != 0);
      node.until(() -> node.node().drivers().driven() == 0);
    }
    try (RunningNode opened = open(script)) {
      SagaView over = over();
      assertThat(over.status()).isEqualTo(Status.COMPLETED);
      assertThat(over.endedMicros() - began).isGreaterThanOrEqualTo(3_000_000);
      assertThat(script.effects).containsExactly("one", "two");
    }
  }

  @Test
  void cancelUndoesWhatWasDone() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              saga.signal("never", String.class, Duration.ofDays(400_000));
              return it.act(saga, "two");
            });
    try (RunningNode opened = open(script)) {
      start();
      node.until(() -> now().steps().size() == 2);
      SagaAnswer.Seen asked = (SagaAnswer.Seen) sagas().cancel(ID, "not wanted", node.context());
      assertThat(asked.replayed()).isFalse();
      SagaView over = over();
      assertThat(over.status()).isEqualTo(Status.COMPENSATED);
      assertThat(over.failure())
          .isEqualTo(new SagaView.Failure("cancelled", "not wanted", "tester"));
      assertThat(script.effects).containsExactly("one", "undo one");
      asked = (SagaAnswer.Seen) sagas().cancel(ID, "again", node.context());
      assertThat(asked.replayed()).isTrue();
    }
  }

  @Test
  void branchesRunAtTheSameTime() {
    Script script =
        new Script(
            (it, saga) -> {
              List<Supplier<String>> branches = new ArrayList<>();
              for (int i = 0; i < 5; i++) {
                String key = String.valueOf(i);
                branches.add(
                    () ->
                        saga.step("part", key)
                            .undo(Undo.call("undo", new Script.Input(key)))
                            .call("list", new Script.Input(key), call -> key, String.class));
              }
              String all = String.join("", saga.parallel(branches));
              List<Supplier<String>> failing =
                  List.of(
                      () -> it.act(saga, "good"),
                      () -> {
                        throw new StepRejected("bad", "branch");
                      });
              try {
                saga.parallel(failing);
              } catch (StepRejected e) {
                return all + e.code();
              }
              return "never";
            });
    SagaView over = ran(script);
    assertThat(result(over)).isEqualTo("\"01234bad\"");
    assertThat(script.effects).containsExactly("good");
  }

  @Test
  void childrenAreStartedAndAwaited() {
    FlakyBank bank = new FlakyBank();
    Script script =
        new Script(
            (it, saga) -> {
              Transfers.Receipt receipt =
                  saga.step("pay")
                      .child(
                          "transfer",
                          "c1",
                          new Transfers.Input("a", "b", 10),
                          Transfers.Receipt.class);
              try {
                saga.step("pay-more")
                    .child(
                        "transfer",
                        "c2",
                        new Transfers.Input("a", "b", 1_000),
                        Transfers.Receipt.class);
              } catch (StepFailed e) {
                return receipt.toBalance() + e.code();
              }
              return "never";
            });
    try (RunningNode opened = open(script, new Transfers.Transfer(bank))) {
      node.run("a", new Wallet.Deposit(100), null);
      start();
      assertThat(result(over())).isEqualTo("\"10insufficient-funds\"");
    }
  }

  /** One that pays, and then is in no hurry. */
  @Named("patient")
  private record Patient(Script script, boolean stuck) implements Saga<Script.Input, String> {
    Patient(Script script) {
      this(script, false);
    }

    @Override
    public String run(Script.Input input, SagaContext saga) {
      String paid = script.act(saga, "paid");
      saga.sleep("rest", Duration.ofHours(1));
      return paid;
    }

    @Override
    public Map<String, Compensation<?>> compensations() {
      Compensation<Script.Input> refused =
          Compensation.of(
              Script.Input.class,
              (what, undoing) -> {
                throw new StepRejected("no-way", "back");
              });
      return stuck ? Map.of("undo", refused) : script.compensations();
    }
  }

  @Test
  void whoTurnsBackWaitsForTheEndOfItsChild() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              return saga.step("wait").child("patient", "c", new Script.Input("x"), String.class);
            });
    EntityAddress child = SagaTest.saga("patient", "c");
    try (RunningNode opened = open(script, new Patient(script))) {
      start();
      opened.until(() -> script.effects.contains("paid"));
      sagas().cancel(ID, "enough", node.context());
      assertThat(over().status()).isEqualTo(Status.COMPENSATED);
      assertThat(SagaTest.seen(sagas().get(child, node.context())).status())
          .isEqualTo(Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "paid", "undo paid", "undo one");
    }
  }

  private static String child(SagaContext saga, String what) {
    return saga.step("wait").child("patient", "c", new Script.Input(what), String.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoTurnsBackDoesNotWaitForWhatWouldOnlyLetItGoOn(boolean sleeps) {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              Supplier<String> beside =
                  () -> {
                    if (sleeps) {
                      saga.sleep("long", Duration.ofDays(3));
                      return "slept";
                    }
                    return saga.signal("go", String.class, Duration.ofDays(3)).orElse("none");
                  };
              Supplier<String> child = () -> child(saga, "x");
              return String.join("", saga.parallel(List.of(child, beside)));
            });
    try (RunningNode opened = open(script, new Patient(script))) {
      start();
      opened.until(() -> now().steps().size() == 3 && script.effects.contains("paid"));
      sagas().cancel(ID, "enough", node.context());
      opened.until(() -> now().status() == Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "paid", "undo paid", "undo one");
    }
  }

  @Test
  void aChildIsCancelledAsItIsRecordedWhateverTheCodeStartsNow() {
    AtomicInteger run = new AtomicInteger();
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              return child(saga, run.incrementAndGet() == 1 ? "x" : "y");
            });
    try (RunningNode opened = open(script, new Patient(script))) {
      start();
      opened.until(() -> script.effects.contains("paid") && run.get() == 1);
      opened.until(() -> opened.node().drivers().driven() == 0);
      sagas().cancel(ID, "enough", node.context());
      assertThat(over().status()).isEqualTo(Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "paid", "undo paid", "undo one");
    }
  }

  @Test
  void aChildWhoseTypeIsGoneIsForAPerson() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              return child(saga, "x");
            });
    try (RunningNode opened = open(script, new Patient(script))) {
      start();
      opened.until(() -> script.effects.contains("paid") && now().steps().size() == 2);
      opened.until(() -> opened.node().drivers().driven() == 0);
    }
    try (RunningNode opened = open(script)) {
      sagas().cancel(ID, "enough", node.context());
      SagaView parked = over();
      assertThat(parked.failure().code()).isEqualTo("child-not-cancelled");
      assertThat(parked.failure().detail()).contains("saga patient/c").contains("unknown-type");
      assertThat(script.effects).containsExactly("one", "paid");
    }
    try (RunningNode opened = open(script, new Patient(script))) {
      decide(Choice.RETRY, null);
      assertThat(over().status()).isEqualTo(Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "paid", "undo paid", "undo one");
    }
  }

  @Test
  void aChildThatDoesNotEndIsForAPersonAfterAnHour() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              return child(saga, "x");
            });
    SetClock clock = new SetClock();
    NodeOptions options = NodeOptions.of(directory).withClock(clock);
    try (RunningNode opened =
        RunningNode.open(options, Transfers.bundle(script, new Patient(script, true)))) {
      node = opened;
      start();
      opened.until(() -> script.effects.contains("paid") && now().steps().size() == 2);
      sagas().cancel(ID, "enough", node.context());
      opened.until(() -> sagaOf("patient", "c").status() == Status.PARKED);
      opened.until(() -> now().status() == Status.COMPENSATING && now().wakeMicros() != 0);
      opened.until(() -> opened.node().drivers().driven() == 0);
    }
    clock.ahead(2 * 3_600_000_000L);
    try (RunningNode opened =
        RunningNode.open(options, Transfers.bundle(script, new Patient(script, true)))) {
      node = opened;
      opened.until(() -> now().status() == Status.PARKED);
      assertThat(now().failure().code()).isEqualTo("child-not-ended");
      assertThat(now().failure().detail()).contains("patient/c").contains("compensation-rejected");
      decide(Choice.RETRY, null);
      opened.until(() -> now().status() == Status.COMPENSATING && now().wakeMicros() != 0);
      assertThat(script.effects).containsExactly("one", "paid");
    }
    clock.ahead(4 * 3_600_000_000L);
    try (RunningNode opened =
        RunningNode.open(options, Transfers.bundle(script, new Patient(script, true)))) {
      node = opened;
      opened.until(() -> now().status() == Status.PARKED);
      decide(Choice.SKIP, null);
      assertThat(over().status()).isEqualTo(Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "paid", "undo one");
    }
  }

  @Test
  void allChildrenAreCancelledThoughOneDoesNotEnd() {
    Script script =
        new Script(
            (it, saga) -> {
              List<Supplier<String>> both = new ArrayList<>();
              for (String id : List.of("c", "d")) {
                both.add(
                    () ->
                        saga.step("wait", id)
                            .child("patient", id, new Script.Input("x"), String.class));
              }
              return String.join("", saga.parallel(both));
            });
    try (RunningNode opened = open(script, new Patient(script, true))) {
      start();
      opened.until(() -> script.effects.equals(List.of("paid", "paid")));
      sagas().cancel(ID, "enough", node.context());
      for (String id : List.of("c", "d")) {
        opened.until(() -> sagaOf("patient", id).status() == Status.PARKED);
        assertThat(sagaOf("patient", id).failure().code()).isEqualTo("compensation-rejected");
      }
      assertThat(now().status()).isEqualTo(Status.COMPENSATING);
    }
  }

  private SagaView sagaOf(String type, String id) {
    return SagaTest.seen(sagas().get(SagaTest.saga(type, id), node.context()));
  }

  @Test
  void aDecisionIsCarriedOutOnceAndOnWhatWasSeen() {
    Script broken =
        new Script(
            (it, saga) -> {
              throw new IllegalStateException("a mistake");
            });
    try (RunningNode opened = open(broken)) {
      start();
      SagaView parked = over();
      SagaDecision first = new SagaDecision(Choice.RETRY, null, "r", "d-1", parked.version());
      SagaTest.seen(sagas().decide(ID, first, node.context()));
      opened.until(() -> now().status() == Status.PARKED && now().version() > parked.version());
      SagaView again = now();
      SagaAnswer repeated = sagas().decide(ID, first, node.context());
      assertThat(repeated).isInstanceOf(SagaAnswer.Seen.class);
      assertThat(((SagaAnswer.Seen) repeated).replayed()).isTrue();
      SagaDecision late = new SagaDecision(Choice.RETRY, null, "r", "d-2", parked.version());
      assertThat(sagas().decide(ID, late, node.context())).isInstanceOf(SagaAnswer.Failed.class);
      assertThat(now().version()).isEqualTo(again.version());
    }
  }

  @Test
  void theDeadlineOfTheWhole() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              saga.sleep("long", Duration.ofHours(1));
              return "never";
            },
            SagaOptions.defaults().withDeadline(Duration.ofMillis(1_500)));
    SagaView over = ran(script);
    assertThat(over.status()).isEqualTo(Status.COMPENSATED);
    assertThat(over.failure().code()).isEqualTo("deadline-exceeded");
    assertThat(script.effects).containsExactly("one", "undo one");
  }

  @Test
  void whatIsTooMuchParksAndCanStillBeCancelled() {
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              for (int i = 0; i < 2_000; i++) {
                saga.step("many", String.valueOf(i)).run("list", i, call -> {});
              }
              return "never";
            });
    try (RunningNode opened = open(script)) {
      start();
      SagaView parked = over();
      assertThat(parked.failure().code()).isEqualTo("too-many-steps");
      assertThat(parked.failure().detail()).contains("1001").contains("1000");
      sagas().cancel(ID, "too long", node.context());
      assertThat(over().status()).isEqualTo(Status.COMPENSATED);
      assertThat(script.effects).containsExactly("one", "undo one");
    }
  }

  @Test
  void twoStepsOfOneNameAreRefused() {
    SagaView over = ran(new Script((it, saga) -> it.act(saga, "one") + it.act(saga, "one")));
    assertThat(over.status()).isEqualTo(Status.PARKED);
    assertThat(over.failure().detail()).contains("'one'").contains("key");
  }

  @Test
  void randomAndTimeAreTheSameAgain() {
    List<String> seen = new ArrayList<>();
    AtomicInteger runs = new AtomicInteger();
    Script script =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              seen.add(saga.time() + " " + saga.random().nextLong() + saga.random().nextLong());
              runs.incrementAndGet();
              saga.sleep("short", Duration.ofMillis(300));
              return saga.id();
            });
    assertThat(result(ran(script))).isEqualTo("\"s\"");
    assertThat(runs.get()).isGreaterThan(1);
    assertThat(seen).hasSizeGreaterThan(1).allMatch(seen.getFirst()::equals);
  }

  @Test
  void startedAgainItIsTheSame() {
    Script script = new Script((it, saga) -> it.act(saga, "one"));
    try (RunningNode opened = open(script)) {
      start();
      over();
      SagaAnswer again = sagas().start(ID, SagaTest.json("{ \"what\": \"x\" }"), node.context());
      assertThat(((SagaAnswer.Seen) again).replayed()).isTrue();
      SagaAnswer other = sagas().start(ID, SagaTest.json("{\"what\":\"y\"}"), node.context());
      assertThat(((SagaAnswer.Failed) other).problem().code().code())
          .isEqualTo("operation-id-reused");
      SagaAnswer none = sagas().get(SagaTest.saga("script", "none"), node.context());
      assertThat(((SagaAnswer.Failed) none).problem().code().code()).isEqualTo("not-found");
      SagaAnswer bad = sagas().start(ID, SagaTest.json("{\"wat\":1}"), node.context());
      assertThat(((SagaAnswer.Failed) bad).problem().detail()).contains("'wat'");
    }
  }
}
