package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.CallContext;
import dev.perdure.server.admission.Pass;
import dev.perdure.server.config.Units;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that was let in: its sender is known, it passed the gate and it has a deadline. Only
 * {@link Admission} makes one, from nothing but an {@link Authenticated} and a {@link Pass}.
 */
final class Admitted {

  private final Authenticated authenticated;
  private final CallContext context;
  private final Pass pass;

  private Admitted(Authenticated authenticated, CallContext context, Pass pass) {
    this.authenticated = authenticated;
    this.context = context;
    this.pass = pass;
  }

  Request request() {
    return authenticated.request();
  }

  String tenant() {
    return authenticated.tenant();
  }

  CallContext context() {
    return context;
  }

  /**
   * The same sender with another deadline, for one line of a batch.
   *
   * @param deadlineNs on the node's monotonic clock
   */
  Admitted until(long deadlineNs) {
    return new Admitted(authenticated, context.until(deadlineNs), pass);
  }

  /** What the gate let it in with. */
  Pass pass() {
    return pass;
  }

  /**
   * Gives every request its deadline, which counts from the arrival of its headers.
   *
   * @param timeout for a caller that names none
   * @param timeoutMax the longest a caller may name; more is cut to it
   */
  record Admission(Clock clock, Duration timeout, Duration timeoutMax) {

    static final HeaderName TIMEOUT = HeaderNames.create("Perdure-Timeout");
    private static final long NS_PER_MS = 1_000_000;

    /**
     * Lets a request in.
     *
     * @throws ProblemException {@code malformed-request} for a timeout that is none, {@code
     *     deadline-exceeded} if the time is over now that the request is there
     */
    Admitted admit(Authenticated authenticated, Pass pass) {
      Exchange exchange = authenticated.request().exchange();
      @Nullable String asked = exchange.header(TIMEOUT);
      long timeoutNs = timeoutNs(asked, "header Perdure-Timeout");
      long nowNs = clock.monotonicNs();
      long elapsedNs = exchange.elapsedNs();
      if (elapsedNs >= timeoutNs) {
        throw new ProblemException(
            ProblemCode.DEADLINE_EXCEEDED,
            "it took %d ms until the request was here and let in; its time is %d ms"
                .formatted(elapsedNs / NS_PER_MS, timeoutNs / NS_PER_MS));
      }
      String trace = exchange.trace().id();
      CallContext context =
          new CallContext(
              authenticated.principal(), trace, nowNs + timeoutNs - elapsedNs, pass.urgency());
      return new Admitted(authenticated, context, pass);
    }

    /** Lets in who operates the node. */
    Admitted admit(Authenticated authenticated) {
      return admit(authenticated, Pass.OPERATOR);
    }

    /**
     * The deadline for a timeout as a caller writes it, from now on; null for the default.
     *
     * @param where names it in the message
     */
    long deadlineNs(@Nullable String asked, String where) {
      return clock.monotonicNs() + timeoutNs(asked, where);
    }

    private long timeoutNs(@Nullable String asked, String where) {
      Duration wanted = timeout;
      if (asked != null) {
        Duration parsed = Units.duration(asked.strip());
        if (parsed == null) {
          throw new ProblemException(
              ProblemCode.MALFORMED_REQUEST,
              where + " must be " + Units.DURATION_FORM + ", not '" + Text.shown(asked) + "'");
        }
        wanted = parsed.compareTo(timeoutMax) > 0 ? timeoutMax : parsed;
      }
      return wanted.toNanos();
    }
  }
}
