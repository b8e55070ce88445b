package dev.perdure.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.bench.disk.DiskMeasurement.Placement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskLimitTest {

  @TempDir private Path directory;

  @Test
  void measuresEverySizeAndPlacementAndLeavesNothing() throws Exception {
    List<DiskMeasurement> measurements = DiskLimit.measure(directory, Duration.ofMillis(20));
    assertThat(measurements)
        .extracting(DiskMeasurement::bytes)
        .containsExactly(256, 256, 4_096, 4_096, 65_536, 65_536);
    assertThat(measurements)
        .allSatisfy(each -> assertThat(each.forcesPerSecond()).isPositive())
        .filteredOn(each -> each.placement() == Placement.GROWING)
        .hasSize(3);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
