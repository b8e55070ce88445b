package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.stream.Streams;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.server.admission.Admission;
import dev.perdure.server.admission.Ask;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.admission.Pass;
import dev.perdure.server.admission.Refusal;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import dev.perdure.server.http.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The API: finds the route, knows the sender, admits, and hands over to the route's handler. */
public final class Api implements HttpHandler {

  private final Authenticated.Identity identity;
  private final Gate gate;
  private final Admitted.Admission admission;
  private final CommandHandler commands;
  private final BatchHandler batches;
  private final ReadHandler reads;
  private final SagaHandler sagas;
  private final StreamHandler streams;
  private final TransactionHandler transactions;
  private final QueueHandler queues;
  private final ViewHandler views;
  private final Description description;
  private final Clock clock;
  private final Guide guide;
  private final ModeDoor mode;
  private final TypeRegistry types;
  private final EntityDoor door;
  private final SagaDoor sagaDoor;

  /**
   * The API of a node.
   *
   * @param core what the requests end at
   * @param gate lets requests in, or not
   */
  public Api(Core core, Settings settings, Gate gate) {
    this(core, settings, Guide.alone("", ""), gate);
  }

  /**
   * The API of a node.
   *
   * @param guide tells callers where to go
   * @param gate lets requests in, or not
   */
  public Api(Core core, Settings settings, Guide guide, Gate gate) {
    this.clock = core.clock();
    this.mode = new ModeDoor(core.modes(), core.types());
    this.door = new EntityDoor(core.entities(), core.types(), guide, mode);
    this.gate = gate;
    this.identity = new Authenticated.Development(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
    this.commands = new CommandHandler(door, settings.operationIdRequired());
    this.batches = new BatchHandler(door, admission, settings);
    this.guide = guide;
    this.types = core.types();
    this.sagaDoor = new SagaDoor(core.sagas(), clock);
    this.sagas = new SagaHandler(sagaDoor, settings.sagaWaitMax());
    this.streams = new StreamHandler(core, settings);
    this.transactions =
        new TransactionHandler(door, core.transactions(), settings.operationIdRequired());
    this.queues = new QueueHandler(core.queues(), clock, settings.queueWaitMax());
    this.views = new ViewHandler(core.views(), settings);
    this.description = new Description(core.types(), core.sagas().types());
    this.reads = new ReadHandler(door, settings);
  }

  /**
   * What a node serves.
   *
   * @param types of the entities
   */
  public record Core(
      Entities entities,
      Sagas sagas,
      Transactions transactions,
      Queues queues,
      Live streams,
      Views views,
      TypeRegistry types,
      Modes modes,
      Clock clock) {}

  /**
   * Streams that may be followed.
   *
   * @param stopping true from the moment on at which the node takes no more work
   */
  public record Live(Streams all, BooleanSupplier stopping) {}

  /**
   * What of the configuration concerns the API.
   *
   * @param timeout deadline of a caller that names none
   * @param timeoutMax the longest deadline
   * @param operationIdRequired whether a command without {@code Idempotency-Key} is refused
   * @param defaultTenant of a caller that names none
   * @param batchInFlightMax commands of a batch that wait for their answer
   * @param eventsMax events in one answer
   * @param eventBytesMax bytes of events in one answer
   * @param sagaWaitMax how long a request may wait for a saga
   * @param queueWaitMax how long a request may wait for a message
   */
  public record Settings(
      Duration timeout,
      Duration timeoutMax,
      boolean operationIdRequired,
      String defaultTenant,
      int batchInFlightMax,
      int eventsMax,
      int eventBytesMax,
      Duration sagaWaitMax,
      Duration queueWaitMax) {}

  @Override
  public void handle(Exchange exchange) throws Exception {
    String method = exchange.method();
    Route.@Nullable Target target = Route.find(exchange.rawPath(), method);
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE, "the path is '" + Text.shown(exchange.rawPath()) + "'");
    }
    exchange.route(target.route().template());
    if (!target.route().allows(method)) {
      refuseMethod(exchange, target.route());
      return;
    }
    Authenticated authenticated = identity.authenticate(new Request(exchange, target));
    mode.check(exchange, target, authenticated.tenant());
    Admission answer =
        gate.enter(Asking.of(authenticated, shardOf(authenticated)), exchange::awaitBody);
    Asking.say(exchange, answer);
    switch (answer) {
      case Refusal refusal -> Asking.refuse(exchange, refusal, gate);
      case Pass pass -> {
        long beganNs = clock.monotonicNs();
        exchange.whenAnswered(status -> pass.answered(status, clock.monotonicNs() - beganNs));
        try {
          serve(admission.admit(authenticated, pass));
        } finally {
          pass.leave();
        }
      }
    }
  }

  /** Where what is asked for is; what is wrong with its name is told to whoever is let in. */
  private int shardOf(Authenticated authenticated) {
    Route.Target target = authenticated.request().target();
    try {
      String type =
          switch (target.route()) {
            case COMMAND, STATE, EVENTS, OPERATION ->
                door.type(Percent.decode(target.type(), "the entity type"));
            case SAGA, SAGA_SIGNAL, SAGA_CANCEL ->
                sagaDoor.type(Percent.decode(target.type(), "the saga type"));
            default -> "";
          };
      if (type.isEmpty()) {
        return Ask.NO_SHARD;
      }
      String id = Percent.decode(target.id(), "the id");
      return guide.shardOf(new EntityAddress(authenticated.tenant(), type, id));
    } catch (IllegalArgumentException | ProblemException e) {
      return Ask.NO_SHARD;
    }
  }

  private void serve(Admitted admitted) throws Exception {
    Exchange exchange = admitted.request().exchange();
    switch (admitted.request().target().route()) {
      case COMMAND -> commands.handle(admitted);
      case STATE -> reads.state(admitted);
      case EVENTS -> reads.events(admitted);
      case OPERATION -> reads.operation(admitted);
      case BATCH -> batches.handle(admitted);
      case CLUSTER -> exchange.send(200, Exchange.JSON, guide.describe(admitted.tenant(), types));
      case SAGA -> sagas.handle(admitted);
      case SAGA_SIGNAL -> sagas.signal(admitted);
      case SAGA_CANCEL -> sagas.cancel(admitted);
      case TRANSACTION -> transactions.handle(admitted);
      case STREAM -> streams.handle(admitted);
      case QUEUE_SEND -> queues.send(admitted);
      case QUEUE_LEASE -> queues.lease(admitted);
      case QUEUE_MESSAGE -> queues.get(admitted);
      case QUEUE_SAID -> queues.said(admitted);
      case VIEW -> views.handle(admitted);
      case SAGAS,
          SAGA_DECISION,
          SUBSCRIPTIONS,
          SUBSCRIPTION,
          SUBSCRIPTION_DECISION,
          QUEUES,
          QUEUE,
          QUEUE_DEAD,
          QUEUE_DECISION,
          VIEWS,
          VIEW_STANDING,
          VIEW_REBUILD,
          MODE,
          MODE_DECISION,
          CAPABILITY_DECISION ->
          throw new ProblemException(ProblemCode.UNKNOWN_ROUTE, "it is on the admin port");
      case OPENAPI -> exchange.send(200, Exchange.JSON, description.json());
    }
  }

  /** OPTIONS is answered, anything else refused; both say what is allowed. */
  static void refuseMethod(Exchange exchange, Route route) {
    String allowed = route.methods() + ", OPTIONS";
    exchange.header(HeaderValues.create(HeaderNames.ALLOW, allowed));
    if (exchange.method().equals("OPTIONS")) {
      exchange.send(204);
      return;
    }
    exchange.send(
        Problem.of(
            ProblemCode.METHOD_NOT_ALLOWED,
            "%s is not allowed here; %s is".formatted(Text.shown(exchange.method()), allowed)));
  }
}
