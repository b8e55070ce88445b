package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Compares what the nodes of a cluster hold, each asked for its own replicas. */
final class SameEverywhere {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NS = 200_000_000;

  private final DemoNodes nodes;
  private final Stop stop;

  SameEverywhere(DemoNodes nodes, Stop stop) {
    this.nodes = nodes;
    this.stop = stop;
  }

  /** A node that was killed a moment ago is given time to catch up. */
  Check check() throws GaveUpException {
    long endNs = Clock.system().monotonicNs() + PATIENCE.toNanos();
    List<String> hashes = hashes();
    while (Set.copyOf(hashes).size() > 1 && Clock.system().monotonicNs() - endNs < 0) {
      LockSupport.parkNanos(PAUSE_NS);
      hashes = hashes();
    }
    return new Check(
        "every node holds the same, folded from the first event",
        Set.copyOf(hashes).size() == 1,
        String.join(" and ", new LinkedHashSet<>(hashes)) + ", " + hashes.size() + " nodes");
  }

  private List<String> hashes() throws GaveUpException {
    List<String> hashes = new ArrayList<>();
    for (NodeProcess node : nodes.all()) {
      try (NodeClient admin = new NodeClient(node.adminUri(), REQUEST_TIMEOUT)) {
        Answer answer =
            new Delivery(admin, Patience.of(PATIENCE), stop)
                .one(client -> client.exchange("GET", "/admin/v1/digest/genesis", Map.of(), null))
                .answer();
        hashes.add(answer.text("state"));
      }
    }
    return hashes;
  }
}
