package dev.perdure.guard.config;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Retry;
import dev.perdure.guard.policy.Stale;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Policies written in YAML, under {@code dependencies}. */
public final class PolicyFile {
  private static final Pattern RANGE = Pattern.compile("([^.]+)\\.\\.([^.]+)");
  private static final Pattern HEDGE = Pattern.compile("p([5-9]\\d)");
  private static final Pattern RATE = Pattern.compile("(\\d{1,10})/(ms|s|m|h)");

  private PolicyFile() {}

  /**
   * Reads a file's text.
   *
   * @return the policies by name
   * @throws PolicyFileException with every mistake, if there is one
   */
  public static Map<String, Policy> read(String text) {
    List<String> mistakes = new ArrayList<>();
    Yaml root = new Yaml("", node(text), mistakes);
    Map<String, Policy> policies = new LinkedHashMap<>();
    Yaml dependencies = root.inside("dependencies");
    for (String name : dependencies.names()) {
      policies.put(name, policy(dependencies.inside(name)));
    }
    Map<String, Policy> read = root.made(policies, () -> policies);
    if (!mistakes.isEmpty()) {
      throw new PolicyFileException(mistakes);
    }
    return Map.copyOf(read);
  }

  private static @Nullable Node node(String text) {
    try {
      LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
      return new Compose(settings).composeString(text).orElse(null);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new PolicyFileException(List.of("line " + line + ": not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      throw new PolicyFileException(List.of("line 1: not YAML: " + e.getMessage()));
    }
  }

  private static Policy policy(Yaml yaml) {
    Deadlines deadline = deadline(yaml.inside("deadline"));
    Retry retry = retry(yaml.inside("retry"));
    Breaking breaker = breaker(yaml.inside("breaker"));
    Concurrency concurrency = concurrency(yaml.inside("concurrency"));
    Rate rate = rate(yaml.inside("rate"), yaml.has("rate"));
    Stale stale = fallback(yaml.inside("fallback"));
    return yaml.made(
        Policy.defaults(), () -> new Policy(deadline, retry, breaker, concurrency, rate, stale));
  }

  private static Deadlines deadline(Yaml yaml) {
    Deadlines byDefault = Deadlines.defaults();
    Duration total = yaml.duration("total", byDefault.total());
    Duration attempt = yaml.duration("attempt", byDefault.attempt());
    Deadlines.Isolation isolation =
        yaml.word(
            "isolation",
            byDefault.isolation(),
            Map.of("caller", Deadlines.Isolation.CALLER, "detached", Deadlines.Isolation.DETACHED));
    return yaml.made(byDefault, () -> new Deadlines(total, attempt, isolation));
  }

  private static Retry retry(Yaml yaml) {
    Retry byDefault = Retry.defaults();
    int attempts = yaml.whole("attempts", byDefault.attempts());
    Retry.Backoff backoff = backoff(yaml.inside("backoff"));
    Retry.Budget budget = budget(yaml.inside("budget"));
    int hedge =
        yaml.read("hedge", byDefault.hedgePercentile(), "off or p50 to p99", PolicyFile::hedge);
    var on = yaml.words("on", byDefault.on(), (key, word) -> Retry.isKind(word));
    return yaml.made(
        byDefault,
        () ->
            on.stream().allMatch(Retry::isKind)
                ? new Retry(attempts, backoff, on, budget, hedge)
                : byDefault);
  }

  private static @Nullable Integer hedge(String text) {
    if (text.equals("off")) {
      return 0;
    }
    Matcher matcher = HEDGE.matcher(text);
    return matcher.matches() ? Integer.valueOf(matcher.group(1)) : null;
  }

  private static Retry.Budget budget(Yaml yaml) {
    Retry.Budget byDefault = Retry.Budget.defaults();
    int ratio = yaml.percent("ratio", byDefault.percent());
    int burst = yaml.whole("burst", byDefault.burst());
    return yaml.made(byDefault, () -> new Retry.Budget(ratio, burst));
  }

  private static Retry.Backoff backoff(Yaml yaml) {
    Retry.Backoff byDefault = Retry.Backoff.defaults();
    Duration base = yaml.duration("base", byDefault.base());
    Duration max = yaml.duration("max", byDefault.max());
    boolean jitter = yaml.word("jitter", true, Map.of("full", true, "none", false));
    double factor = yaml.number("factor", byDefault.factor());
    return yaml.made(byDefault, () -> new Retry.Backoff(base, max, jitter, factor));
  }

  private static Breaking breaker(Yaml yaml) {
    Breaking byDefault = Breaking.defaults();
    Duration window = yaml.duration("window", byDefault.trip().window());
    int rate = yaml.percent("failure-rate", byDefault.trip().failurePercent());
    int least = yaml.whole("min-calls", byDefault.trip().minCalls());
    int inARow = yaml.whole("in-a-row", byDefault.trip().inARow());
    Breaking.Opening open =
        yaml.read("open", byDefault.open(), "a time or two, like 5s or 5s..60s", PolicyFile::open);
    Duration trickle = yaml.duration("trickle", byDefault.open().trickle());
    int probes = yaml.whole("probes", byDefault.probes());
    Duration halfOpenMax = yaml.duration("half-open-max", byDefault.halfOpenMax());
    Breaking.Tenants tenants = Breaking.Tenants.defaults();
    Yaml vote = yaml.inside("vote");
    Duration voteWindow = vote.duration("window", tenants.voteWindow());
    int voters = vote.whole("tenants", tenants.voteTenants());
    boolean known = vote.made(true, () -> true);
    int max = yaml.whole("tenants-max", tenants.max());
    boolean perTenant = yaml.word("key", true, Map.of("tenant", true, "dependency", false));
    return yaml.made(
        byDefault,
        () ->
            new Breaking(
                new Breaking.Trip(window, rate, least, inARow),
                open.trickling(trickle),
                probes,
                halfOpenMax,
                perTenant && known ? new Breaking.Tenants(voteWindow, voters, max) : null));
  }

  private static Breaking.@Nullable Opening open(String text) {
    Matcher range = RANGE.matcher(text);
    Duration first = Yaml.parseDuration(range.matches() ? range.group(1) : text);
    Duration longest = range.matches() ? Yaml.parseDuration(range.group(2)) : first;
    if (first == null || longest == null || longest.compareTo(first) < 0) {
      return null;
    }
    return new Breaking.Opening(first, longest);
  }

  private static Concurrency concurrency(Yaml yaml) {
    Concurrency byDefault = Concurrency.defaults();
    int share = yaml.percent("tenant-share", byDefault.tenantPercent());
    Concurrency.Shares shed = shares(yaml.inside("shed"));
    if (yaml.has("limit")) {
      int limit = yaml.whole("limit", byDefault.max());
      return yaml.made(byDefault, () -> new Concurrency(limit, limit, share, shed));
    }
    String kind = yaml.word("adaptive", "gradient", Map.of("gradient", "gradient"));
    int min = yaml.whole("min", byDefault.min());
    int max = yaml.whole("max", byDefault.max());
    return yaml.made(
        byDefault, () -> kind.isEmpty() ? byDefault : new Concurrency(min, max, share, shed));
  }

  private static Concurrency.Shares shares(Yaml yaml) {
    Concurrency.Shares byDefault = Concurrency.Shares.defaults();
    int sheddable = yaml.percent("sheddable", byDefault.sheddable());
    int normal = yaml.percent("normal", byDefault.normal());
    int high = yaml.percent("high", byDefault.high());
    return yaml.made(byDefault, () -> new Concurrency.Shares(sheddable, normal, high));
  }

  private static @Nullable Rate rate(Yaml yaml, boolean wanted) {
    if (!wanted) {
      return null;
    }
    yaml.require("limit");
    int burst = yaml.whole("burst", 1);
    int share = yaml.percent("tenant-share", Rate.perSecond(1, 1).tenantPercent());
    Rate limit = yaml.read("limit", Rate.perSecond(1, 1), "a rate like 500/s", PolicyFile::rate);
    return yaml.made(limit, () -> new Rate(limit.calls(), limit.period(), burst, share));
  }

  private static @Nullable Rate rate(String text) {
    Matcher matcher = RATE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    Duration period = Yaml.parseDuration("1" + matcher.group(2));
    long calls = Long.parseLong(matcher.group(1));
    if (period == null || calls < 1 || calls > Math.min(1_000_000_000, period.toNanos())) {
      return null;
    }
    return new Rate(calls, period, 1);
  }

  private static @Nullable Stale fallback(Yaml yaml) {
    Stale stale = yaml.has("stale") ? stale(yaml.inside("stale")) : null;
    yaml.asks("stale");
    return yaml.made(Optional.ofNullable(stale), () -> Optional.ofNullable(stale)).orElse(null);
  }

  private static Stale stale(Yaml yaml) {
    yaml.require("max-staleness");
    Stale byDefault = Stale.upTo(Duration.ofMinutes(5));
    Duration max = yaml.duration("max-staleness", byDefault.maxStaleness());
    Duration ttl = yaml.duration("ttl", byDefault.ttl());
    int entries = yaml.whole("entries", byDefault.entries());
    return yaml.made(byDefault, () -> new Stale(max, ttl, entries));
  }
}
