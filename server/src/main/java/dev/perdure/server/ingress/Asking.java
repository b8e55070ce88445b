package dev.perdure.server.ingress;

import dev.perdure.guard.policy.Priority;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.CallContext;
import dev.perdure.server.admission.Admission;
import dev.perdure.server.admission.Ask;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.admission.Refusal;
import dev.perdure.server.config.Units;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a request asks of the gate, and the gate's answer as headers and problems. */
final class Asking {

  private static final HeaderName PRIORITY = HeaderNames.create("Priority");
  private static final HeaderName RATE_LIMIT = HeaderNames.create("RateLimit");
  private static final HeaderName RATE_LIMIT_POLICY = HeaderNames.create("RateLimit-Policy");

  /** What reads many rows counts for so many requests. */
  private static final int MANY_ROWS = 5;

  /** What part of a caller's timeout a refusal may take. */
  private static final double PATIENCE = 0.75;

  /** A timeout of nothing would be a way to ask again at once. */
  private static final int BORNE_MS_MIN = 100;

  private Asking() {}

  static Ask of(Authenticated authenticated, int shard) {
    Request request = authenticated.request();
    Exchange exchange = request.exchange();
    Route.Target target = request.target();
    Ask.Kind kind = kind(target.route());
    int asked = Priority.urgencyOf(exchange.header(PRIORITY));
    return new Ask(
        authenticated.tenant(),
        asked < 0 ? CallContext.URGENCY_DEFAULT : asked,
        kind,
        cost(target.route()),
        target.route() == Route.BATCH ? 0 : exchange.bodyBytes(),
        entity(authenticated.tenant(), target),
        shard);
  }

  /** A batch is paid for line by line, when they come. */
  private static int cost(Route route) {
    return switch (route) {
      case EVENTS, VIEW, STREAM -> MANY_ROWS;
      case BATCH -> 0;
      default -> 1;
    };
  }

  private static Ask.Kind kind(Route route) {
    return switch (route) {
      case CLUSTER, OPENAPI -> Ask.Kind.FREE;
      case BATCH, STREAM, QUEUE_LEASE -> Ask.Kind.LASTING;
      default -> Ask.Kind.BRIEF;
    };
  }

  private static String entity(String tenant, Route.Target target) {
    return switch (target.route()) {
      case COMMAND, STATE, EVENTS, OPERATION -> tenant + ":" + target.type() + "/" + target.id();
      default -> "";
    };
  }

  /** Says how the tenant's quota stands. */
  static void say(Exchange exchange, Admission admission) {
    @Nullable String policy = admission.policy();
    @Nullable String standing = admission.standing();
    if (policy != null && standing != null) {
      exchange.header(HeaderValues.create(RATE_LIMIT_POLICY, policy));
      exchange.header(HeaderValues.create(RATE_LIMIT, standing));
    }
  }

  /** Refuses; in a flood of refusals after a moment, in which only this virtual thread waits. */
  static void refuse(Exchange exchange, Refusal refusal, Gate gate) throws IOException {
    try {
      pause(gate.pauseMs(refusal, bearableMs(exchange)) * 1_000_000L);
    } finally {
      gate.told(refusal);
    }
    exchange.discardSmallBody();
    exchange.send(
        Problem.of(refusal.code(), refusal.detail()).withRetryAfterMs(refusal.retryAfterMs()));
  }

  /** Whoever waits briefly must hear of it before he gives up, but for those who ask for none. */
  private static int bearableMs(Exchange exchange) {
    @Nullable Duration timeout;
    try {
      @Nullable String asked = exchange.header(Admitted.Admission.TIMEOUT);
      timeout = asked == null ? null : Units.duration(asked.strip());
    } catch (ProblemException e) {
      timeout = null; // what is wrong with it would be told to whoever is let in
    }
    return timeout == null
        ? Integer.MAX_VALUE
        : Math.clamp((long) (timeout.toMillis() * PATIENCE), BORNE_MS_MIN, Integer.MAX_VALUE);
  }

  private static void pause(long ns) {
    Clock clock = Clock.system();
    long untilNs = clock.monotonicNs() + ns;
    for (long left = ns; left > 0; left = untilNs - clock.monotonicNs()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return; // the connection is being closed
      }
    }
  }
}
