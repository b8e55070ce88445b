package dev.perdure.example.cascade;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Runs a script with one stack: starts the services, sends the load, has the last service fall ill
 * and recover when the script says so. For one run at a time, on the thread that wants it.
 */
final class Laboratory {

  private final Clock clock = Clock.system();
  private final Script script;
  private final Service.Size size;

  /** With services of the default size. */
  Laboratory(Script script) {
    this(script, Service.Size.DEFAULT);
  }

  Laboratory(Script script, Service.Size size) {
    this.script = script;
    this.size = size;
  }

  /** Runs; takes as long as the script does, and perhaps a client's patience. */
  Run run(Contender contender) throws IOException {
    long zeroNs = clock.monotonicNs() + script.times().warmUp().toNanos();
    Timeline arrivals = new Timeline(script.times().endNs());
    try (Stack stack = contender.open();
        Town town = new Town(stack)) {
      for (String name : script.shape().services()) {
        boolean patient = name.equals(Shape.PATIENT);
        town.start(name, nowNs -> arrivals.count(patient ? nowNs - zeroNs : -1));
      }
      town.connect();
      Service patient = town.service(Shape.PATIENT);
      Thread illness = Thread.ofVirtual().start(() -> illness(patient, zeroNs));
      List<Shot> shots = new Load(script).run(town.clients(), zeroNs);
      illness.interrupt();
      return new Run(contender, script, shots, arrivals.counts(), town.counts());
    }
  }

  private void illness(Service patient, long zeroNs) {
    if (reached(zeroNs + script.times().faultNs())) {
      patient.fallIll(script.fault());
      if (reached(zeroNs + script.times().healedNs())) {
        patient.recover();
      }
    }
  }

  /** Waits; false if there is nothing to wait for any more. */
  private boolean reached(long ns) {
    for (long left = ns - clock.monotonicNs(); left > 0; left = ns - clock.monotonicNs()) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      clock.parkNanos(left);
    }
    return true;
  }

  /** All services of a run, with the client of each. */
  private final class Town implements AutoCloseable {
    private final Stack stack;
    private final Map<String, Service> services = new HashMap<>();
    private final List<HttpClient> clients = new ArrayList<>();

    Town(Stack stack) {
      this.stack = stack;
    }

    void start(String name, LongConsumer arrivals) throws IOException {
      services.put(name, new Service(size, stack, arrivals));
    }

    void connect() {
      for (String from : script.shape().services()) {
        HttpClient http = client();
        service(from).calls(script.shape().next(from).stream().map(to -> next(to, http)).toList());
      }
    }

    private HttpClient client() {
      HttpClient http = Load.client();
      clients.add(http);
      return http;
    }

    /** Those who call the first service. */
    Clients clients() {
      URI door = service(script.shape().door()).uri();
      return script.shape() == Shape.SWARM
          ? Clients.swarm(Shape.CLIENTS, stack, client(), door)
          : Clients.people(client(), door);
    }

    private Service.Next next(String to, HttpClient http) {
      Stack.Line line = stack.line(to, http, service(to).uri());
      return new Service.Next(to, line, script.shape().needs(to));
    }

    Service service(String name) {
      return Objects.requireNonNull(services.get(name), name);
    }

    Map<String, Service.Counts> counts() {
      Map<String, Service.Counts> counts = new TreeMap<>();
      services.forEach((name, service) -> counts.put(name, service.counts()));
      return counts;
    }

    @Override
    public void close() {
      services.values().forEach(Service::close);
      clients.forEach(HttpClient::shutdownNow);
    }
  }
}
