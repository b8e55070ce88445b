package dev.perdure.bench.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatisTargetTest {

  @TempDir private Path directory;

  @Test
  void depositsThroughThreePeers() throws Exception {
    try (RatisTarget target = RatisTarget.start(directory)) {
      target.openAccounts(2);
      assertThat(target.deposit(1, "one", 500)).isEqualTo(500);
      assertThat(target.deposit(1, "two", 1)).isEqualTo(501);
      assertThat(target.deposit(0, "three", 7)).isEqualTo(7);
      assertThat(target.balanceTotalMinor()).hasValue(508);
    }
  }
}
