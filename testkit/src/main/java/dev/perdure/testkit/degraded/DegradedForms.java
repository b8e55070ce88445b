package dev.perdure.testkit.degraded;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tests of every degraded form that a service declares, made from the declarations. Return them
 * from a method with {@code @TestFactory}:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> degradedForms() {
 *   return DegradedForms.of(new MyService(), folder);
 * }
 * }</pre>
 *
 * <p>Each is made on a node of its own, on which the capability is forced and released:
 *
 * <ul>
 *   <li>new requests are refused if the form disables what they are for, and all others pass: over
 *       HTTP if there is a {@link Door}, else as the runtime tells any door;
 *   <li>a saga's step that needs the dependency gets what was declared;
 *   <li>an older answer is given up to its age;
 *   <li>as much as was declared waits to be done later, what is too old is given up, the rest is
 *       handed over once each;
 *   <li>a subscription that needs the dependency is told nothing, and then everything.
 * </ul>
 *
 * <p>Handlers of what is done later, and those of subscriptions, are not called: they are the
 * service's own, and call the outside. That their arguments come back from JSON as they were is
 * looked at.
 */
public final class DegradedForms {

  private final Service service;
  private final Path folder;
  private final @Nullable Door door;

  private DegradedForms(Service service, Path folder, @Nullable Door door) {
    this.service = service;
    this.folder = folder;
    this.door = door;
  }

  /**
   * The tests of a service.
   *
   * @param folder empty; each test makes a folder in it
   */
  public static Stream<DynamicTest> of(Service service, Path folder) {
    return new DegradedForms(service, folder, null).all();
  }

  /** The same, with requests that come through a door. */
  public static Stream<DynamicTest> of(Service service, Path folder, Door door) {
    return new DegradedForms(service, folder, door).all();
  }

  private Stream<DynamicTest> all() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Capability declared : service.capabilities()) {
      tests.add(requests(declared));
      for (String need : declared.needs()) {
        if (Capability.isDependency(need)) {
          without(declared, need, tests);
        }
      }
    }
    return tests.stream();
  }

  private DynamicTest requests(Capability declared) {
    String name = declared.name() + ": requests";
    DoorTrial trial = new DoorTrial(service, declared);
    Door through = door;
    return through == null
        ? dynamicTest(name, trial::holdsInTheRuntime)
        : dynamicTest(name, () -> trial.holdsAt(through, Trial.folder(folder, name)));
  }

  private void without(Capability declared, String need, List<DynamicTest> tests) {
    String step = declared.name() + " without " + need;
    tests.add(
        dynamicTest(step, () -> new StepTrial(declared, need, Trial.folder(folder, step)).holds()));
    if (declared.degraded() instanceof Degraded.Later form) {
      String name = step + ": room, age and draining";
      tests.add(
          dynamicTest(
              name,
              () -> new LaterTrial(declared, form, need, Trial.folder(folder, name)).holds()));
    }
    if (declared.degraded() instanceof Degraded.Stale form) {
      tests.add(dynamicTest(step + ": age", () -> new StaleTrial(declared, form, need).holds()));
    }
    for (Subscription<?> one : service.subscriptions()) {
      if (one.options().dependency().equals(need)) {
        String name = step + ": a subscription's handler " + tests.size();
        tests.add(
            dynamicTest(
                name,
                () ->
                    new HandlerTrial(declared, one.options(), Trial.folder(folder, name)).holds()));
      }
    }
  }
}
