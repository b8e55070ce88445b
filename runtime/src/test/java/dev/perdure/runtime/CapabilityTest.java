package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Capability;
import dev.perdure.api.Compensation;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.Service;
import dev.perdure.api.StepCall;
import dev.perdure.api.StepFailed;
import dev.perdure.api.Undo;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.mode.Capabilities;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sagas whose dependencies go away, and what was declared for that. */
class CapabilityTest {

  private static final Policy QUICK =
      Policy.defaults()
          .with(
              Breaking.defaults()
                  .tripping(new Breaking.Trip(Duration.ofSeconds(10), 50, 5))
                  .opening(new Breaking.Opening(Duration.ofMillis(300), Duration.ofMillis(300))));

  private static final SagaOptions PATIENT =
      SagaOptions.defaults()
          .withUndoRetry(new Retry(100, Duration.ofMillis(50), 1, Duration.ofMillis(50)));

  @TempDir private Path directory;

  private final Gateway gateway = new Gateway();

  /** Somebody outside. */
  private static final class Gateway {
    final Set<String> delivered = ConcurrentHashMap.newKeySet();
    final List<String> twice = new CopyOnWriteArrayList<>();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger undoing = new AtomicInteger();
    final Set<String> undone = ConcurrentHashMap.newKeySet();
    volatile boolean down;
    volatile boolean hangs;

    void tell(Script.Input what, StepCall call) throws IOException {
      calls.incrementAndGet();
      if (hangs) {
        LockSupport.parkNanos(this, Duration.ofSeconds(30).toNanos());
        throw new IOException("nobody answered");
      }
      if (down) {
        throw new IOException("no route to the gateway");
      }
      if (!delivered.add(call.operationId())) {
        twice.add(call.operationId());
      }
    }

    void undo(Script.Input what, Compensation.Undoing undoing) throws IOException {
      undoing.remaining();
      this.undoing.incrementAndGet();
      if (down) {
        throw new IOException("no route to the gateway");
      }
      undone.add(undoing.operationId());
    }

    String ask(StepCall call) throws IOException {
      tell(new Script.Input(""), call);
      return "asked";
    }
  }

  private record Bundle(
      Script.Code code, List<Capability> declared, Compensation<Script.Input> release)
      implements Service {
    @Override
    public String name() {
      return "capable";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }

    @Override
    public List<Saga<?, ?>> sagas() {
      return List.of(new Script(code, PATIENT, Map.of("release", release)));
    }

    @Override
    public List<Capability> capabilities() {
      return declared;
    }
  }

  private RunningNode open(Script.Code code, Capability... declared) {
    return open(QUICK, code, declared);
  }

  private RunningNode open(Policy policy, Script.Code code, Capability... declared) {
    RunningNode opened =
        RunningNode.open(
            NodeOptions.of(directory).withPolicies(Map.of("gateway", policy)),
            new Bundle(
                code,
                List.of(declared),
                Compensation.of(Script.Input.class, gateway::undo).through("gateway")));
    opened.until(() -> opened.node().health().writes());
    return opened;
  }

  private static EntityAddress id(int number) {
    return SagaTest.saga("script", "s" + number);
  }

  private static void start(RunningNode node, int number) {
    SagaTest.seen(
        node.node().sagas().start(id(number), SagaTest.json("{\"what\":\"x\"}"), node.context()));
  }

  private static SagaView over(RunningNode node, int number) {
    return SagaTest.seen(node.node().sagas().await(id(number), node.context()));
  }

  private static SagaView ran(RunningNode node, int number) {
    start(node, number);
    return over(node, number);
  }

  private static String result(SagaView saga) {
    byte[] result = saga.result();
    return result == null ? "" : new String(result, StandardCharsets.UTF_8);
  }

  private static Capabilities.View notices(RunningNode node) {
    return node.node().modes().capabilities().all().getFirst();
  }

  private String asks(Script script, SagaContext saga) {
    try {
      return saga.step("ask")
          .retry(Retry.times(2))
          .call("gateway", new Script.Input("a"), gateway::ask, String.class);
    } catch (StepFailed e) {
      return e.code();
    }
  }

  private String tells(Script script, SagaContext saga) {
    Script.Input what = new Script.Input("told");
    try {
      saga.step("tell")
          .retry(Retry.never())
          .timeout(Duration.ofSeconds(2))
          .run("gateway", what, call -> gateway.tell(what, call));
      return "told";
    } catch (StepFailed e) {
      return e.code();
    }
  }

  private Capability later(int waitingMax) {
    return Capability.optional("notices")
        .needs("gateway")
        .degraded(
            Degraded.later(Script.Input.class, gateway::tell, Duration.ofHours(1), waitingMax));
  }

  @Test
  void withoutDeclarationSagasWaitAndTheDeadDependencyIsLeftAlone() {
    gateway.down = true;
    try (RunningNode node = open(this::patient)) {
      for (int i = 0; i < 40; i++) {
        start(node, i);
      }
      node.until(() -> breaker(node).equals("open"));
      int before = gateway.calls.get();
      long since = node.node().clock().monotonicNs();
      node.until(() -> node.node().clock().monotonicNs() - since > 2_000_000_000L);
      assertThat(gateway.calls.get() - before).isLessThan(120);
      assertThat(node.node().sagas().get(id(0), node.context()))
          .isInstanceOf(SagaAnswer.Seen.class);
      gateway.down = false;
      for (int i = 0; i < 40; i++) {
        assertThat(result(over(node, i))).isEqualTo("\"asked\"");
      }
      assertThat(gateway.delivered).hasSize(40);
      assertThat(gateway.twice).isEmpty();
    }
  }

  private String patient(Script script, SagaContext saga) {
    return saga.step("ask")
        .retry(new Retry(100, Duration.ofMillis(50), 1, Duration.ofMillis(50)))
        .call("gateway", new Script.Input("a"), gateway::ask, String.class);
  }

  @Test
  void compensationsThatCallOutsideWaitForTheirDependencyAndLoseNoAttempt() {
    gateway.down = true;
    try (RunningNode node = open(this::undone)) {
      for (int i = 0; i < 40; i++) {
        start(node, i);
      }
      node.until(() -> gateway.undoing.get() > 0 && breaker(node).equals("open"));
      int before = gateway.undoing.get();
      long since = node.node().clock().monotonicNs();
      node.until(() -> node.node().clock().monotonicNs() - since > 2_000_000_000L);
      assertThat(gateway.undoing.get() - before).isLessThan(120);
      gateway.down = false;
      for (int i = 0; i < 40; i++) {
        assertThat(over(node, i).status()).isEqualTo(Status.COMPENSATED);
      }
      assertThat(gateway.undone).hasSize(40);
    }
  }

  private String undone(Script script, SagaContext saga) {
    saga.step("reserve")
        .undo(Undo.call("release", new Script.Input("r")))
        .call("stock", new Script.Input("r"), call -> "reserved", String.class);
    throw saga.abort("changed-mind", "nobody wants it any more");
  }

  private static String breaker(RunningNode node) {
    // One tenant's breaker opens; the dependency's own only by the vote of several.
    return node.node().modes().outside().views().stream()
        .filter(one -> one.name().equals("gateway"))
        .map(one -> one.counts().refused().values().stream().anyMatch(n -> n > 0) ? "open" : "")
        .findFirst()
        .orElse("");
  }

  @Test
  void whatIsDeferredIsDeliveredOnceEachWhenTheGatewayIsBack() {
    gateway.down = true;
    try (RunningNode node = open(this::tells, later(100))) {
      for (int i = 0; i < 30; i++) {
        assertThat(ran(node, i).status()).isEqualTo(Status.COMPLETED);
      }
      node.until(() -> notices(node).waiting() == 30);
      node.until(() -> node.node().modes().state().mode() == Mode.BROWNOUT);
      assertThat(notices(node).degraded()).isTrue();
      assertThat(gateway.delivered).isEmpty();
    }
    gateway.hangs = true;
    try (RunningNode node = open(this::tells, later(100))) {
      assertThat(ran(node, 30).status()).isEqualTo(Status.COMPLETED);
      gateway.hangs = false;
      gateway.down = false;
      node.until(() -> gateway.delivered.size() == 31);
      node.until(() -> notices(node).waiting() == 0);
      node.until(() -> node.node().modes().state().mode() == Mode.NORMAL);
      assertThat(notices(node).degraded()).isFalse();
    }
    // Calls are made at least once: a slow machine may repeat one, under the same operation id.
    assertThat(gateway.delivered).hasSize(31);
  }

  /** Permits are given no faster than that, so that the last call cannot come sooner. */
  @Test
  void whatIsDeferredDrainsNoFasterThanTheRateOfItsDependency() {
    int some = 40;
    Policy slowly = QUICK.with(Rate.perSecond(10, 1));
    try (RunningNode node = open(slowly, this::tells, later(100))) {
      Capabilities all = node.node().modes().capabilities();
      all.force("notices", "the gateway is being moved", "me");
      for (int i = 0; i < some; i++) {
        assertThat(result(ran(node, i))).isEqualTo("\"told\"");
      }
      assertThat(notices(node).waiting()).isEqualTo(some);
      long released = node.node().clock().monotonicNs();
      all.release("notices", "it has moved", "me");
      node.until(() -> gateway.delivered.size() == some);
      long took = node.node().clock().monotonicNs() - released;
      assertThat(Duration.ofNanos(took)).isGreaterThanOrEqualTo(Duration.ofMillis(3_900));
      node.until(() -> notices(node).waiting() == 0);
      assertThat(gateway.twice).isEmpty();
      assertThat(gateway.calls).hasValue(some);
    }
  }

  @Test
  void asMuchAsMayWaitIsDeferredAndNoMore() {
    gateway.down = true;
    try (RunningNode node = open(this::tells, later(3))) {
      List<String> results = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        results.add(result(ran(node, i)));
      }
      assertThat(results).filteredOn("\"told\""::equals).hasSize(3);
      assertThat(results).filteredOn("\"capability-degraded\""::equals).hasSize(2);
    }
  }

  @Test
  void anOperatorForcesAndReleases() {
    try (RunningNode node = open(this::tells, later(100))) {
      Capabilities all = node.node().modes().capabilities();
      assertThat(all.force("nothing", "x", "me")).isFalse();
      assertThat(all.force("notices", "the gateway is being moved", "me")).isTrue();
      assertThat(result(ran(node, 1))).isEqualTo("\"told\"");
      node.until(() -> node.node().modes().state().mode() == Mode.BROWNOUT);
      assertThat(node.node().modes().state().why())
          .contains("notices")
          .contains("the gateway is being moved");
      assertThat(gateway.calls).hasValue(0);
      assertThat(notices(node).waiting()).isEqualTo(1);
      assertThat(all.release("notices", "it has moved", "me")).isTrue();
      node.until(() -> gateway.delivered.size() == 1);
    }
  }

  @Test
  void anAnswerAnOldAnswerOrNoneAsDeclared() {
    Capability answered =
        Capability.important("asking").needs("gateway").degraded(Degraded.answer("nobody knows"));
    try (RunningNode node = open(this::asks, answered)) {
      assertThat(result(ran(node, 1))).isEqualTo("\"asked\"");
      gateway.down = true;
      assertThat(result(ran(node, 2))).isEqualTo("\"nobody knows\"");
      gateway.down = false;
    }
    Capability old =
        Capability.important("asking")
            .needs("gateway")
            .degraded(Degraded.stale(Duration.ofHours(1)));
    try (RunningNode node = open(this::asks, old)) {
      force(node);
      assertThat(result(ran(node, 3))).isEqualTo("\"capability-degraded\"");
      node.node().modes().capabilities().release("asking", "test", "me");
      assertThat(result(ran(node, 4))).isEqualTo("\"asked\"");
      force(node);
      assertThat(result(ran(node, 5))).isEqualTo("\"asked\"");
    }
    Capability off =
        Capability.important("asking")
            .needs("gateway")
            .covers("wallet")
            .degraded(Degraded.disabled("come back tomorrow"));
    try (RunningNode node = open(this::asks, off)) {
      assertThat(node.node().modes().refusal("wallet", "default")).isNull();
      force(node);
      assertThat(result(ran(node, 6))).isEqualTo("\"capability-degraded\"");
      assertThat(node.node().modes().refusal("wallet", "default")).contains("come back tomorrow");
      assertThat(node.node().modes().refusal("script", "default")).isNull();
    }
    assertThat(gateway.twice).isEmpty();
  }

  private static void force(RunningNode node) {
    node.node().modes().capabilities().force("asking", "test", "me");
  }

  @Test
  void nobodyElseStartsWhatIsDeferred() {
    try (RunningNode node = open(this::tells, later(100))) {
      SagaAnswer answer =
          node.node()
              .sagas()
              .start(SagaTest.saga("deferred.notices", "x"), SagaTest.json("{}"), node.context());
      assertThat(answer).isInstanceOf(SagaAnswer.Failed.class);
      assertThat(((SagaAnswer.Failed) answer).problem().code()).isEqualTo(ProblemCode.UNKNOWN_TYPE);
      assertThat(node.node().sagas().types()).extracting("name").containsExactly("script");
    }
  }

  @Test
  void whatWaitsForACapabilityThatIsNotDeclaredAnyMoreIsParked() {
    gateway.down = true;
    try (RunningNode node = open(this::tells, later(100))) {
      assertThat(result(ran(node, 1))).isEqualTo("\"told\"");
    }
    EntityAddress waiting = SagaTest.saga("deferred.notices", "saga:script/s1:tell");
    try (RunningNode node = open(this::tells)) {
      node.until(() -> status(node, waiting) == Status.PARKED);
    }
    gateway.down = false;
    try (RunningNode node = open(this::tells, later(100))) {
      assertThat(status(node, waiting)).isEqualTo(Status.PARKED);
      node.node()
          .sagas()
          .decide(
              waiting,
              new Sagas.SagaDecision(Sagas.Choice.RETRY, null, "it is back"),
              node.context());
      node.until(() -> status(node, waiting) == Status.COMPLETED);
    }
    assertThat(gateway.delivered).hasSize(1);
  }

  private static Status status(RunningNode node, EntityAddress saga) {
    return SagaTest.seen(node.node().sagas().get(saga, node.context())).status();
  }

  @Test
  void aStepThatGivesAValueIsNotDoneLater() {
    gateway.down = true;
    try (RunningNode node = open(this::asks, later(100))) {
      node.node().modes().capabilities().force("notices", "test", "me");
      start(node, 1);
      node.until(
          () ->
              SagaTest.seen(node.node().sagas().get(id(1), node.context())).steps().stream()
                  .anyMatch(step -> step.error() != null));
      assertThat(notices(node).waiting()).isZero();
      gateway.down = false;
      node.node().modes().capabilities().release("notices", "test", "me");
      assertThat(result(over(node, 1))).isEqualTo("\"asked\"");
    }
  }

  @Test
  void policiesAreReplacedWhileCallsGoOn() {
    try (RunningNode node = open(this::asks)) {
      Outside outside = node.node().modes().outside();
      assertThat(outside.within("gateway", Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(1));
      assertThat(outside.within("else", Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
      outside.reload(Map.of());
      assertThat(outside.within("gateway", Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
      assertThat(result(ran(node, 1))).isEqualTo("\"asked\"");
      @Nullable String missing =
          node.node().modes().outside().views().stream()
              .map(Outside.View::name)
              .filter("gateway"::equals)
              .findFirst()
              .orElse(null);
      assertThat(missing).isNotNull();
    }
  }
}
