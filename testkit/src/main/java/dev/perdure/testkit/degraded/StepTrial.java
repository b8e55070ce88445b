package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.require;
import static dev.perdure.testkit.degraded.Trial.until;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.type.Values;
import java.nio.file.Path;

/** On a node the capability is forced, and a saga's step that needs it gets what was declared. */
record StepTrial(Capability declared, String dependency, Path data) {

  private static final String NAME = "c";

  void holds() {
    Probe probe = new Probe(dependency, declared.degraded());
    try (Run run = Run.open(data, Clock.system(), Probed.of(declared, probe))) {
      require("with everything there", run.over("whole"), "\"" + Probe.REAL + "\"");
      run.force();
      degraded(run, probe);
    }
  }

  private void degraded(Run run, Probe probe) {
    int before = probe.calls();
    switch (declared.degraded()) {
      case Degraded.Waits ignored -> {
        run.start(NAME);
        until("the saga rests", () -> run.rests(NAME));
        require("calls while it waits", probe.calls(), before);
        run.release();
        require("when it is back", run.over(NAME), "\"" + Probe.REAL + "\"");
        return;
      }
      case Degraded.Stale ignored ->
          require("the older answer", run.over(NAME), "\"" + Probe.REAL + "\"");
      case Degraded.Answer answer ->
          require("the answer", run.over(NAME), Values.text(answer.value()));
      case Degraded.Disabled ignored ->
          require("the failure", run.over(NAME), "\"capability-degraded\"");
      case Degraded.Later ignored -> {
        require("as if it were done", run.over(NAME), "\"" + Probe.REAL + "\"");
        require("what waits", run.waiting(), 1);
      }
    }
    require("calls while it is degraded", probe.calls(), before);
    if (!(declared.degraded() instanceof Degraded.Later)) {
      run.release();
      require("when it is back", run.over("back"), "\"" + Probe.REAL + "\"");
      require("calls when it is back", probe.calls(), before + 1);
    }
  }
}
