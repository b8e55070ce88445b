package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.Caller;
import dev.perdure.guard.NotSentException;
import dev.perdure.guard.policy.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceTest {
  private static final Service.Size SMALL = new Service.Size(1, Duration.ofMillis(1), 2);

  private final HttpClient http = Load.client();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    http.shutdownNow();
  }

  private Service service(Service.Size size, Stack stack) throws Exception {
    Service service = new Service(size, stack, nowNs -> {});
    open.add(service);
    return service;
  }

  private <S extends Stack> S stack(S stack) {
    open.add(stack);
    return stack;
  }

  private CompletableFuture<Integer> ask(Service service, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri()).timeout(Duration.ofMinutes(1));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.sendAsync(request.build(), BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  private static void until(BooleanSupplier condition) {
    long endNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void oneThatHangsAnswersWhenItIsWellAndRefusesWhatItsQueueCannotHold() throws Exception {
    Service service = service(SMALL, stack(new PlainStack()));
    service.fallIll(Fault.HANG);
    List<CompletableFuture<Integer>> four =
        List.of(ask(service), ask(service), ask(service), ask(service));
    // One is worked on and two wait: there is room for no other.
    until(() -> service.counts().refused() == 1);
    until(() -> four.stream().filter(CompletableFuture::isDone).count() == 1);
    service.recover();
    assertThat(four.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(200, 200, 200, 503);
    assertThat(service.counts().worked()).isEqualTo(3);
  }

  @Test
  void oneThatFailsAnswersAtOnceAndDoesNothing() throws Exception {
    Service service = service(SMALL, stack(new PlainStack()));
    service.fallIll(Fault.ERRORS);
    assertThat(ask(service).join()).isEqualTo(503);
    service.recover();
    assertThat(ask(service).join()).isEqualTo(200);
    assertThat(service.counts()).isEqualTo(new Service.Counts(2, 1, 0, 0, 1));
  }

  @Test
  void withTheGuardWorkIsDroppedForWhichNobodyWaitsAnyMore() throws Exception {
    assertThat(droppedAfterHang(new PerdureStack())).isEqualTo(2);
  }

  @Test
  void withoutItIsDoneAllTheSame() throws Exception {
    assertThat(droppedAfterHang(new PlainStack())).isZero();
    assertThat(droppedAfterHang(new Resilience4jStack())).isZero();
  }

  /** Three that wait for 60 ms: one is worked on already, two are in the queue when all is over. */
  private long droppedAfterHang(Stack stack) throws Exception {
    Service service = service(SMALL, stack(stack));
    service.fallIll(Fault.HANG);
    CompletableFuture<Integer> first = ask(service);
    until(() -> service.counts().harmed() == 1);
    String[] header = {"Perdure-Timeout", "60ms"};
    List<CompletableFuture<Integer>> others = List.of(ask(service, header), ask(service, header));
    until(() -> service.counts().arrived() == 3);
    long overNs = System.nanoTime() + 100_000_000;
    until(() -> System.nanoTime() >= overNs);
    service.recover();
    assertThat(first.join()).isEqualTo(200);
    others.forEach(CompletableFuture::join);
    Service.Counts counts = service.counts();
    assertThat(counts.worked() + counts.dropped()).isEqualTo(3);
    return counts.dropped();
  }

  /** Hears what its callers say of their deadlines. */
  private static final class Listening implements Stack {
    final Queue<Duration> heard = new ConcurrentLinkedQueue<>();
    private final Stack inner = new PerdureStack();

    @Override
    public Line line(String to, HttpClient client, URI at) {
      return inner.line(to, client, at);
    }

    @Override
    public Caller caller(Function<String, @Nullable String> header) {
      Caller caller = inner.caller(header);
      heard.add(Objects.requireNonNull(caller.left(dev.perdure.guard.Time.system())));
      return caller;
    }
  }

  @Test
  void deadlineShrinksOnItsWayThroughTheChain() throws Exception {
    Listening stack = stack(new Listening());
    Service last = service(SMALL, stack);
    Service middle = service(SMALL, stack);
    Service first = service(SMALL, stack);
    middle.calls(List.of(next(stack, last, true)));
    first.calls(List.of(next(stack, middle, true)));
    until(
        () -> {
          stack.heard.clear();
          return ask(first, "Perdure-Timeout", "900ms").join() == 200;
        });
    List<Duration> heard = List.copyOf(stack.heard);
    assertThat(heard).hasSize(3);
    // Each keeps 50 ms for its own answer.
    assertThat(heard.get(0)).isLessThanOrEqualTo(Duration.ofMillis(850));
    assertThat(heard.get(1)).isLessThanOrEqualTo(heard.get(0).minusMillis(50));
    assertThat(heard.get(2)).isLessThanOrEqualTo(heard.get(1).minusMillis(50));
  }

  private Service.Next next(Stack stack, Service to, boolean needed) {
    return new Service.Next("other", stack.line("other", http, to.uri()), needed);
  }

  @Test
  void whatItNeedsMakesItFailAndWhatItCanDoWithoutIsNamed() throws Exception {
    Stack stack = stack(new PerdureStack());
    Service ill = service(SMALL, stack);
    Service well = service(SMALL, stack);
    Service door = service(SMALL, stack);
    ill.fallIll(Fault.ERRORS);
    door.calls(List.of(next(stack, well, true), next(stack, ill, false)));
    HttpResponse<Void> answer =
        http.send(HttpRequest.newBuilder(door.uri()).build(), BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues(Service.WITHOUT)).containsExactly("other");
    door.calls(List.of(next(stack, well, true), next(stack, ill, true)));
    assertThat(ask(door).join()).isEqualTo(502);
  }

  @Test
  void serviceThatPassesFailuresOnIsNotBlamedForThem() throws Exception {
    Stack stack = stack(new PerdureStack());
    Service ill = service(SMALL, stack);
    Service middle = service(SMALL, stack);
    ill.fallIll(Fault.ERRORS);
    middle.calls(List.of(next(stack, ill, true)));
    Stack.Line toMiddle = stack.line("middle", http, middle.uri());
    Stack.Line toIll = stack.line("ill", http, ill.uri());
    for (int i = 0; i < 40; i++) {
      assertThat(toMiddle.call()).isEqualTo(502);
    }
    // While calls that go to the ill one itself open the breaker.
    until(() -> refusedByBreaker(toIll));
    assertThat(toMiddle.call()).isEqualTo(502);
  }

  private static boolean refusedByBreaker(Stack.Line line) {
    try {
      assertThat(line.call()).isEqualTo(503);
      return false;
    } catch (NotSentException e) {
      return e.reason() == Reason.BREAKER || e.reason() == Reason.TENANT_BREAKER;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void resilience4jTriesThreeTimes() throws Exception {
    Stack stack = stack(new Resilience4jStack());
    Service ill = service(SMALL, stack);
    ill.fallIll(Fault.ERRORS);
    Stack.Line line = stack.line("ill", http, ill.uri());
    assertThatThrownBy(line::call).hasMessage("status 503");
    assertThat(ill.counts().arrived()).isEqualTo(3);
  }
}
