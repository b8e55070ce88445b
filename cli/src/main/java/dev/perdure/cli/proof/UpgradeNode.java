package dev.perdure.cli.proof;

import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.cli.demo.DemoException;
import dev.perdure.cli.proof.UpgradeWorld.Order;
import dev.perdure.example.ledger.Account;
import dev.perdure.example.ledger.AccountCommand;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountState;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** A node in this process, on a directory, with the transfer's code at one version. */
final class UpgradeNode implements AutoCloseable {

  private static final String TENANT = "default";
  private static final long PATIENCE_NS = 300_000_000_000L;
  private static final long PAUSE_NS = 5_000_000;

  /**
   * A breaker would let almost none of a thousand transfers come to where they are to be held: what
   * holds them there is a dependency that is out of order.
   */
  private static final Policy NO_BREAKER =
      Policy.defaults()
          .with(
              Breaking.defaults()
                  .tripping(new Breaking.Trip(Duration.ofSeconds(10), 100, 1_000_000)));

  private final Node node;

  UpgradeNode(Path data, Saga<?, ?> transfer) {
    Map<String, Policy> policies =
        UpgradeWorld.PLACES.stream().collect(Collectors.toMap(place -> place, place -> NO_BREAKER));
    node = Node.open(NodeOptions.of(data).withPolicies(policies), List.of(service(transfer)));
    long deadlineNs = deadlineNs();
    while (!node.health().writes()) {
      pause(deadlineNs, "the node to take writes");
    }
  }

  static Service service(Saga<?, ?> transfer) {
    return new Bank(new Account("EUR"), transfer);
  }

  private record Bank(Account account, Saga<?, ?> transfer) implements Service {
    @Override
    public String name() {
      return "bank";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(account);
    }

    @Override
    public List<Saga<?, ?>> sagas() {
      return List.of(transfer);
    }
  }

  Node node() {
    return node;
  }

  static EntityAddress transfer(int number) {
    return new EntityAddress(TENANT, "transfer", "t-" + number);
  }

  static String tenant() {
    return TENANT;
  }

  private long deadlineNs() {
    return node.clock().monotonicNs() + PATIENCE_NS;
  }

  /** A moment, on the way to something that is to come. */
  private void pause(long deadlineNs, String what) {
    if (node.clock().monotonicNs() > deadlineNs) {
      throw new DemoException("waited too long for " + what);
    }
    LockSupport.parkNanos(PAUSE_NS);
  }

  private CallContext context() {
    return new CallContext("proof", "", deadlineNs());
  }

  private EntityModel accounts() {
    return Objects.requireNonNull(node.types().find("account"));
  }

  private static EntityAddress account(String id) {
    return new EntityAddress(TENANT, "account", id);
  }

  void pay(String account, long amount) {
    AccountCommand command = new Deposit(amount, null);
    Outcome outcome =
        node.entities()
            .execute(
                new EntityCommand(
                    account(account),
                    accounts().body(command),
                    "open-" + account,
                    EntityCommand.Precondition.NONE,
                    context()));
    if (!(outcome instanceof Outcome.Done)) {
      throw new DemoException("account " + account + " was not opened: " + outcome);
    }
  }

  long balance(String account) {
    Outcome outcome = node.entities().read(account(account), context(), false);
    if (outcome instanceof Outcome.Done done) {
      return ((AccountState) accounts().decodeState(done.body())).balance();
    }
    throw new DemoException("account " + account + " cannot be read: " + outcome);
  }

  void start(int number, Order order) {
    var _ =
        seen(
            node.sagas()
                .start(transfer(number), JsonMapper.shared().writeValueAsBytes(order), context()));
  }

  private static SagaView seen(SagaAnswer answer) {
    if (answer instanceof SagaAnswer.Seen seen) {
      return seen.saga();
    }
    throw new DemoException("a saga was answered " + answer);
  }

  /** Waits until the last step of a transfer is the one that holds it. */
  void awaitHeld(int number, String place) {
    long deadlineNs = deadlineNs();
    while (!held(seen(node.sagas().get(transfer(number), context())), place)) {
      pause(deadlineNs, "transfer " + number + " to come to " + place);
    }
  }

  private static boolean held(SagaView saga, String place) {
    return !saga.steps().isEmpty()
        && saga.steps().getLast().name().equals(place)
        && saga.steps().getLast().attempts() > 0;
  }

  /** Waits for the end of a transfer; a parked one is left as it is. */
  SagaView awaitEnd(int number) {
    return seen(node.sagas().await(transfer(number), context()));
  }

  @Override
  public void close() {
    node.close();
  }
}
