package dev.perdure.bench.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PekkoTargetTest {

  private Path directory;

  @BeforeEach
  void makeADirectoryThatAnotherUserGetsThrough() throws Exception {
    directory = Files.createTempDirectory("pekko-target-test-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @AfterEach
  void delete() throws Exception {
    DirectoryTree.delete(directory);
  }

  @Test
  void appliesAnOperationOnce() throws Exception {
    try (PekkoTarget target = PekkoTarget.start(directory)) {
      target.openAccounts(250);
      assertThat(target.deposit(249, "one", 500)).isEqualTo(500);
      assertThat(target.deposit(249, "two", 1)).isEqualTo(501);
      assertThat(target.deposit(249, "one", 500)).isEqualTo(500);
      assertThatThrownBy(() -> target.deposit(249, "one", 501))
          .isInstanceOf(IOException.class)
          .hasMessage("operation id reused");
      assertThat(target.balanceTotalMinor()).hasValue(501);
    } catch (Unavailable e) {
      Assumptions.abort(e.getMessage());
    }
  }
}
