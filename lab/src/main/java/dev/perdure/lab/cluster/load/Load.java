package dev.perdure.lab.cluster.load;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.http.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All clients: started together, stopped together, and what they left open is found out. */
public final class Load {

  private final LoadSettings settings;
  private final List<NodeAddress> nodes;
  private final History history;
  private final Stop stop = new Stop();
  private final Queue<Client.Open> open = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  /** A load on nodes of which each takes any request; not started. */
  public Load(LoadSettings settings, List<NodeAddress> nodes, History history) {
    this.settings = settings;
    this.nodes = List.copyOf(nodes);
    this.history = history;
  }

  /** Starts the clients. */
  public void start() {
    Client.Shared shared =
        new Client.Shared(new Accounts(settings.accounts()), history, stop, open);
    for (int number = 1; number <= settings.clients(); number++) {
      Client client = new Client(number, settings, shared, sender(number));
      threads.add(Thread.ofVirtual().name("client-" + number).start(client));
    }
  }

  private Sender sender(int number) {
    return new Sender(
        nodes,
        history,
        settings.attempt(),
        new SplittableRandom(settings.seed() * 7_368_787 + number));
  }

  /** Lets the clients finish the request that each has under way, and no more. */
  public void stop() {
    stop.request();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /** Operations whose outcome is not known yet; call after {@link #stop}. */
  public int open() {
    return open.size();
  }

  /**
   * Repeats what was left open, with the nodes healed, until each is answered; sees transfers to
   * their end.
   *
   * @return how many are still not known
   */
  public int complete(Duration atMost) {
    long untilNs = history.now() + atMost.toNanos();
    int unknown = 0;
    try (Sender sender = sender(0)) {
      for (Client.Open one = open.poll(); one != null; one = open.poll()) {
        boolean done = sender.deliver(one.delivery(), untilNs, new Stop());
        history.ended(one.delivery().recorded());
        unknown += done ? 0 : 1;
        boolean withdrawn = one.delivery().result().status() == Result.Status.DONE;
        if (withdrawn && !one.to().isEmpty()) {
          Operation deposit = Client.secondHalf(one.delivery().operation(), one.to());
          open.add(new Client.Open(new Delivery(deposit, one.delivery().client()), ""));
        }
      }
    }
    return unknown;
  }
}
