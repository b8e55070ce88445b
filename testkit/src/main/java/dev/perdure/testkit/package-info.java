/**
 * The simulator for a service's own entities. Entry types: {@link dev.perdure.testkit.Simulation}
 * and, in JUnit, {@link dev.perdure.testkit.SimulationTest}.
 *
 * <p>Threading: a simulation belongs to the thread that runs it. Invariant: a failure names its
 * seed, and the seed gives the same run again. Does not own: the machines ({@code sim}), what is
 * right ({@code check}).
 */
@NullMarked
package dev.perdure.testkit;

import org.jspecify.annotations.NullMarked;
