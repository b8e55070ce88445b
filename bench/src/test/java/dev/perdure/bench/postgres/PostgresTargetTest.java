package dev.perdure.bench.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Measurement;
import dev.perdure.bench.load.Target;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresInstallation;
import dev.perdure.lab.outside.Unprivileged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresTargetTest {

  private static final String OPERATION = "8f14e45f-ceea-467f-9b36-1a2b3c4d5e6f";

  private Path directory;

  @BeforeEach
  void makeADirectoryThatAnotherUserGetsThrough() throws Exception {
    directory = Files.createTempDirectory("postgres-target-test-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @AfterEach
  void nothingIsLeftInIt() throws Exception {
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    Files.delete(directory);
  }

  private static void assumeInstalled() {
    try {
      PostgresInstallation.find();
      Unprivileged.choose();
    } catch (NotInstalled e) {
      Assumptions.abort(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isMeasuredForTwoSeconds() throws Exception {
    assumeInstalled();
    var plan = new Harness.Plan(List.of(16), 1_000, Duration.ZERO, Duration.ofSeconds(2), 1);
    try (Target target = PostgresTarget.statements(directory)) {
      Measurement measurement = new Harness(plan, line -> {}).measure(target).getFirst();
      assertThat(measurement.firstFailure()).isNull();
      assertThat(measurement.operations()).isPositive();
      assertThat(measurement.storedBytesPerOperation()).isNotNull();
      assertThat(target.outsideCpuNs()).isPositive();
    }
  }

  @Test
  void appliesAnOperationOnceWithItsRulesInJava() throws Exception {
    assumeInstalled();
    try (Target target = PostgresTarget.statements(directory)) {
      appliesAnOperationOnce(target);
    }
  }

  @Test
  void appliesAnOperationOnceWithItsRulesInTheDatabase() throws Exception {
    assumeInstalled();
    try (Target target = PostgresTarget.function(directory)) {
      appliesAnOperationOnce(target);
    }
  }

  private static void appliesAnOperationOnce(Target target) throws Exception {
    target.openAccounts(10);
    assertThat(target.deposit(3, OPERATION, 500)).isEqualTo(500);
    assertThat(target.deposit(3, OPERATION.replace('8', '9'), 1)).isEqualTo(501);
    assertThat(target.deposit(3, OPERATION, 500)).isEqualTo(500);
    assertThatThrownBy(() -> target.deposit(3, OPERATION, 501)).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> target.deposit(10, OPERATION, 1)).isInstanceOf(SQLException.class);
    assertThat(target.balanceTotalMinor()).hasValue(501);
  }
}
