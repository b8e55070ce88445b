package dev.perdure.lab.cluster.check;

import dev.perdure.lab.cluster.check.AccountFacts.Event;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.load.Stop;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Asks healed nodes for everything that they hold, one account after the other. */
public final class LedgerReader implements AutoCloseable {

  private static final Duration REQUEST_MAX = Duration.ofSeconds(5);
  private static final int PAUSE_MS = 50;
  private static final int PAGE = 1_000;

  private final List<NodeAddress> nodes;
  private final Http http = new Http();
  private final Stop stop = new Stop();
  private final long untilNs;
  private int asked;

  /**
   * A reader.
   *
   * @param atMost how long it all may take
   */
  public LedgerReader(List<NodeAddress> nodes, Duration atMost) {
    this.nodes = List.copyOf(nodes);
    this.untilNs = System.nanoTime() + atMost.toNanos();
  }

  /** State and events of each account. */
  public Map<String, AccountFacts> read(Collection<String> accounts) {
    Map<String, AccountFacts> ledger = new TreeMap<>();
    for (String account : accounts) {
      ledger.put(account, account(account));
    }
    return ledger;
  }

  private AccountFacts account(String account) {
    String path = "/v1/entities/account/" + account;
    Answer state = ask(path);
    if (state.status() == 404) {
      return AccountFacts.NONE;
    }
    List<Event> events = new ArrayList<>();
    boolean more = true;
    while (more) {
      long after = events.isEmpty() ? 0 : events.getLast().version();
      Answer page = ask(path + "/events?limit=" + PAGE + "&after=" + after);
      for (JsonNode event : page.body().path("events")) {
        events.add(event(event));
      }
      more = page.body().path("more").asBoolean(false);
      if (more && !events.isEmpty() && events.getLast().version() == after) {
        throw new LabException("the events of " + account + " do not go on after " + after);
      }
    }
    return new AccountFacts(state.version(), state.number("balance"), events);
  }

  private static Event event(JsonNode node) {
    return new Event(
        node.path("version").asLong(),
        node.path("type").asString(""),
        node.path("operation_id").asString(""),
        node.path("data").path("amount").asLong(0));
  }

  /** Goes round the nodes until one answers. */
  private Answer ask(String path) {
    String last = "";
    do {
      NodeAddress node = nodes.get(asked++ % nodes.size());
      URI uri = node.api().resolve(path);
      try {
        Answer answer = http.get(uri, REQUEST_MAX);
        if (answer.status() == 200 || answer.code().equals("not-found")) {
          return answer;
        }
        last = uri + " answered " + answer.status() + " " + answer.code();
      } catch (IOException e) {
        last = uri + ": " + e;
      }
    } while (System.nanoTime() < untilNs && !stop.await(PAUSE_MS));
    throw new LabException("the ledger cannot be read: " + last);
  }

  @Override
  public void close() {
    http.close();
  }
}
