package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.require;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.runtime.mode.Asked;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.mode.Said;
import dev.perdure.runtime.type.TypeRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An older answer is given up to its declared age, and not a nanosecond longer. In set time. */
record StaleTrial(Capability declared, Degraded.Stale form, String dependency) {

  private static final String ANSWER = "\"answer\"";

  void holds() {
    SetTime time = new SetTime();
    Probed service = Probed.of(declared, new Probe(dependency, form));
    try (Modes modes = new Modes(new TypeRegistry(List.of(service)), Map.of(), time)) {
      require("the answer", ask(modes, ANSWER), ANSWER);
      modes.capabilities().force(declared.name(), Trial.TEST, Trial.TEST);
      require("the answer at once", ask(modes, "\"new\""), ANSWER);
      time.pass(form.ageMax());
      require("the answer at its age", ask(modes, "\"new\""), ANSWER);
      time.pass(Duration.ofNanos(1));
      require("the answer beyond its age", ask(modes, "\"new\""), "disabled");
      modes.capabilities().release(declared.name(), Trial.TEST, Trial.TEST);
      require("the answer when it is back", ask(modes, "\"new\""), "\"new\"");
    }
  }

  private String ask(Modes modes, String now) {
    Asked asked = new Asked("default", dependency, "trial", "{}", Asked.Kind.VALUED);
    return switch (modes.outside().call(asked, () -> now)) {
      case Said.Done done -> String.valueOf(done.value());
      case Said.Instead instead -> String.valueOf(instead.value());
      case Said.Disabled ignored -> "disabled";
      case Said other -> other.toString();
    };
  }
}
