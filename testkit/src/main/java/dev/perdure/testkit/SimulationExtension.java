package dev.perdure.testkit;

import dev.perdure.testkit.sim.Workload;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands a {@link Simulation} to a method that asks for one. */
final class SimulationExtension implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Simulation.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SimulationTest test = context.getRequiredTestMethod().getAnnotation(SimulationTest.class);
    return Simulation.of(() -> workload(test.workload())).seeds(test.seeds()).from(test.from());
  }

  private static Workload workload(Class<? extends Workload> type) {
    try {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new ParameterResolutionException(
          type.getName() + " needs a constructor without parameters", e);
    }
  }
}
