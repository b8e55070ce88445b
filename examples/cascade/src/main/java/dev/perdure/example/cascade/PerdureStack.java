package dev.perdure.example.cascade;

import dev.perdure.guard.Caller;
import dev.perdure.guard.Guard;
import dev.perdure.guard.Judge;
import dev.perdure.guard.Time;
import dev.perdure.guard.Verdict;
import dev.perdure.guard.http.GuardedHttpClient;
import dev.perdure.guard.http.HttpCaller;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Perdure's guard with its defaults, but for a breaker that opens for 1 s to 5 s, as is advised
 * where seconds matter. Deadline and priority of a request go on to whatever is called for it, and
 * a service drops what has expired when its turn comes.
 */
final class PerdureStack implements Stack {

  /** What a service keeps of its caller's time, so that its own answer still arrives. */
  private static final Duration TO_ANSWER = Duration.ofMillis(50);

  private static final Policy POLICY =
      Policy.defaults()
          .with(
              Breaking.defaults()
                  .opening(new Breaking.Opening(Stack.OPEN_FIRST, Stack.OPEN_LONGEST)));

  /** Blames a service only for what is wrong with itself. */
  private static final class Neighbour implements Judge {
    @Override
    public Verdict value(@Nullable Object value) {
      boolean passedOn =
          value instanceof HttpResponse<?> answer
              && answer.statusCode() >= 500
              && !Stack.ill(answer.statusCode());
      return passedOn ? Verdict.OK : Judge.standard().value(value);
    }

    @Override
    public @Nullable Verdict thrown(Throwable thrown) {
      return Judge.standard().thrown(thrown);
    }
  }

  @Override
  public Line line(String to, HttpClient http, URI at) {
    Guard guard = Guard.builder().policies(Map.of(to, POLICY)).judge(to, new Neighbour()).build();
    GuardedHttpClient client = new GuardedHttpClient(http, guard.dependency(to));
    HttpRequest request = HttpRequest.newBuilder(at).build();
    return () -> client.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Override
  public Caller caller(Function<String, @Nullable String> header) {
    Caller caller = HttpCaller.of(header, Time.system());
    Duration left = caller.left(Time.system());
    return left == null ? caller : caller.within(left.minus(TO_ANSWER), Time.system());
  }
}
