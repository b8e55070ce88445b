package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.require;
import static dev.perdure.testkit.degraded.Trial.until;

import dev.perdure.api.Capability;
import dev.perdure.api.Deferred;
import dev.perdure.api.Degraded;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.type.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The bounds of what is done later: as many as were declared wait and no more, what is older than
 * was declared is given up, and the rest is handed over once each when the dependency is back. The
 * service's handler is not called: one that counts is in its place.
 */
record LaterTrial(Capability declared, Degraded.Later form, String dependency, Path data) {

  private static final int SOME = 5;

  /** What the handler got, by operation id. */
  private record Handed(Map<String, Object> first, List<String> all) {
    Handed() {
      this(new ConcurrentHashMap<>(), new CopyOnWriteArrayList<>());
    }
  }

  void holds() {
    Handed handed = new Handed();
    Deferred<Object> counting =
        (arguments, call) -> {
          handed.first.putIfAbsent(call.operationId(), arguments);
          handed.all.add(call.operationId());
        };
    Degraded.Later counted =
        new Degraded.Later(form.arguments(), counting, form.ageMax(), form.waitingMax());
    MovedClock clock = new MovedClock();
    Probe probe = new Probe(dependency, form);
    Probed service = Probed.of(Probed.with(declared, counted), probe);
    try (Run run = Run.open(data, clock, service)) {
      run.force();
      int some = Math.min(SOME, form.waitingMax());
      room(run, some);
      drains(run, handed, some);
      run.force();
      require("as if it were done", run.over("old"), "\"" + Probe.REAL + "\"");
    }
    clock.ahead(form.ageMax().plus(Duration.ofSeconds(1)));
    try (Run run = Run.open(data, clock, service)) {
      until("it is given up", () -> run.givenUp("old").equals("deadline-exceeded"));
      until("nothing waits", () -> run.waiting() == 0);
    }
    require(
        "handed over, what was given up too", handed.all.size(), Math.min(SOME, form.waitingMax()));
    require("calls of the step itself", probe.calls(), 0);
  }

  private void room(Run run, int some) {
    for (int i = 0; i < some; i++) {
      require("as if it were done", run.over("s" + i), "\"" + Probe.REAL + "\"");
    }
    require("what waits", run.waiting(), some);
    Outside outside = run.node().modes().outside();
    String arguments = Values.text(Sample.of(form.arguments()));
    for (int i = some; i < form.waitingMax(); i++) {
      String refusal = outside.refusesLater(declared.name(), "filler/" + i, arguments);
      require("room for number " + (i + 1), refusal == null ? "" : refusal, "");
    }
    require("what waits", run.waiting(), form.waitingMax());
    require("one more", run.over("more"), "\"capability-degraded\"");
    for (int i = some; i < form.waitingMax(); i++) {
      outside.ended(declared.name(), "filler/" + i);
    }
  }

  private void drains(Run run, Handed handed, int some) {
    require("handed over while it is away", handed.all.size(), 0);
    run.release();
    until(some + " are handed over", () -> handed.first.size() == some);
    until("nothing waits", () -> run.waiting() == 0);
    require("handed over", handed.all.size(), some);
    require(
        "with the arguments of the step",
        Set.copyOf(handed.first.values()),
        Set.of(Sample.of(form.arguments())));
  }
}
