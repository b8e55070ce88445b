package dev.perdure.testkit;

import dev.perdure.testkit.sim.Workload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test method that gets a {@link Simulation} of a workload, ready to be run.
 *
 * <pre>{@code
 * @SimulationTest(workload = Rentals.class, seeds = 50)
 * void keepsItsPromises(Simulation simulation) {
 *   simulation.run();
 * }
 * }</pre>
 */
@Documented
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {

  /** A class with a constructor without parameters. */
  Class<? extends Workload> workload();

  /** How many seeds. */
  int seeds() default 20;

  /** The first seed. */
  long from() default 1;
}
