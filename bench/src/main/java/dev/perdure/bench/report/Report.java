package dev.perdure.bench.report;

import dev.perdure.bench.disk.DiskMeasurement;
import dev.perdure.bench.disk.DiskMeasurement.Placement;
import dev.perdure.bench.load.Measurement;
import dev.perdure.bench.report.Outcome.Failed;
import dev.perdure.bench.report.Outcome.Measured;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run of the benchmark.
 *
 * @param date the day it was made, as {@code 2026-01-31}
 * @param command what repeats it
 * @param machine what it ran on
 * @param workload what was measured, as one sentence
 * @param outcomes the targets in the order in which they ran
 * @param disk what the disk allows; empty when it was not measured
 */
public record Report(
    String date,
    String command,
    Machine machine,
    String workload,
    List<Outcome> outcomes,
    List<DiskMeasurement> disk) {

  public Report {
    outcomes = List.copyOf(outcomes);
    disk = List.copyOf(disk);
  }

  /** All figures of all targets that were measured. */
  public List<Measurement> measurements() {
    return outcomes.stream()
        .filter(Measured.class::isInstance)
        .flatMap(outcome -> ((Measured) outcome).measurements().stream())
        .toList();
  }

  /** The figures of all targets with one number of callers. */
  List<Measurement> withCallers(int callers) {
    return measurements().stream().filter(each -> each.callers() == callers).toList();
  }

  /** The figures of one target with one number of callers. */
  public Optional<Measurement> measurement(String target, int callers) {
    return measurements().stream()
        .filter(each -> each.target().equals(target) && each.callers() == callers)
        .findFirst();
  }

  /** The rate of appending and forcing 256 bytes to a preallocated file: one small reply each. */
  public OptionalDouble forcesPerSecond() {
    return disk.stream()
        .filter(each -> each.placement() == Placement.PREALLOCATED)
        .min(Comparator.comparingInt(DiskMeasurement::bytes))
        .map(each -> OptionalDouble.of(each.forcesPerSecond()))
        .orElse(OptionalDouble.empty());
  }

  /** True when every target that could run ran, and no operation of it failed. */
  public boolean sound() {
    return outcomes.stream().noneMatch(Failed.class::isInstance)
        && measurements().stream().allMatch(each -> each.failures() == 0);
  }
}
