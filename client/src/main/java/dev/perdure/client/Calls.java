package dev.perdure.client;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request again until it has an answer that does not change, or its deadline has passed.
 * Safe because a command keeps its operation id. Thread-safe.
 */
final class Calls {

  private static final Set<Integer> ANSWERS = Set.of(200, 202, 304, 409);
  private static final int REJECTED = 409;

  private final Nodes nodes;
  private final Transport transport;

  Calls(Nodes nodes, Transport transport) {
    this.nodes = nodes;
    this.transport = transport;
  }

  /** What a request came to; exactly one of the two is there. */
  record Result(Transport.@Nullable Response answer, @Nullable Failure failure) {

    static Result of(Transport.Response response) {
      return ANSWERS.contains(response.status())
          ? new Result(response, null)
          : new Result(null, Failure.of(response.status(), Json.tree(response.body())));
    }
  }

  /** Sends until there is an answer, a failure that stays, or no time. */
  Result run(Transport.Request request, Nodes.Target target, Patience patience) {
    URI butNot = null;
    while (true) {
      URI node = nodes.pick(target, butNot);
      boolean reached = true;
      long retryAfterMs = 0;
      Failure failure;
      try {
        Transport.Response response =
            transport.send(node, request, patience.leftNs(), patience.waitNs());
        Result result = Result.of(response);
        nodes.learn(response, target.role());
        failure = result.failure();
        if (failure != null && failure.unknown()) {
          patience.unknown();
        }
        if (failure == null || !failure.passing()) {
          return result;
        }
        retryAfterMs = retryAfterMs(response, failure);
      } catch (Transport.NotSentException e) {
        failure = Failure.unreached(String.valueOf(e.getMessage()));
        reached = false;
      } catch (IOException e) {
        failure = Failure.unreached(String.valueOf(e.getMessage()));
        patience.unknown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        patience.unknown();
        return new Result(null, Failure.unreached("the wait for " + node + " was interrupted"));
      }
      butNot = failure.elsewhere() ? node : null;
      if (butNot != null) {
        nodes.failed(node, failure.wholly());
      }
      if (!patience.pause(retryAfterMs, reached)) {
        return new Result(null, failure);
      }
    }
  }

  /** What the node asked for in {@code Retry-After}; a node that stops speaks for itself alone. */
  static long retryAfterMs(Transport.Response response, Failure failure) {
    String seconds = response.header("Retry-After");
    return seconds.matches("[0-9]{1,6}") && !failure.wholly() ? Long.parseLong(seconds) * 1_000 : 0;
  }

  /** True for a rejection's status. */
  static boolean rejected(int status) {
    return status == REJECTED;
  }
}
