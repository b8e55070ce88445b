package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code node.properties} is what it was in the first release. */
class DataDirectoryGoldenTest {

  private static final String FIRST_RELEASE =
      """
      # Perdure data directory. Do not change.
      format=2
      node=5be6128e-18c2-4797-a142-ea7d17be3111
      cluster=9c1f6d20-7d2f-4c52-9d0e-6f6f3f1f2a11
      shards=3
      first=true
      """;

  @TempDir Path directory;

  @Test
  void fileKeepsItsText() throws IOException {
    DataDirectory.open(options(new Build("first", 1, 1)));

    assertThat(directory.resolve("node.properties"))
        .hasContent(
            FIRST_RELEASE
                .replaceAll("node=.*", "node=" + new Counted().second())
                .replaceAll("cluster=.*", "cluster=" + new Counted().first()));
  }

  @Test
  void levelIsWrittenFromTheSecondOnInAFormatThatOlderBuildsRefuse() throws IOException {
    Path file = directory.resolve("node.properties");
    Files.writeString(file, FIRST_RELEASE);
    NodeOptions options = options(new Build("second", 1, 2));
    DataDirectory opened = DataDirectory.open(options);
    assertThat(opened.level()).isEqualTo(1);
    assertThat(file).hasContent(FIRST_RELEASE);

    Level level = new Level(options.build(), opened);
    level.raise(2);
    level.raise(1);

    assertThat(level.now()).isEqualTo(2);
    assertThat(file).hasContent(FIRST_RELEASE.replace("format=2", "format=3") + "level=2\n");
    assertThat(DataDirectory.open(options).level()).isEqualTo(2);
    assertThatThrownBy(() -> DataDirectory.open(options(new Build("first", 1, 1))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is at level 2; build first (level 1) is too old for level 2");
    assertThatThrownBy(() -> DataDirectory.open(options(new Build("fourth", 3, 4))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("build fourth (levels 3 to 4) is too new for level 2");
  }

  private NodeOptions options(Build build) {
    return new NodeOptions(
        directory,
        3,
        Limits.defaults(),
        false,
        Clock.system(),
        new Counted()::next,
        null,
        build,
        1_000,
        Map.of(),
        null);
  }

  @Test
  void fileIsReadBackAndAnotherFormatRefused() throws IOException {
    Path file = directory.resolve("node.properties");
    Files.writeString(file, FIRST_RELEASE);

    DataDirectory read = DataDirectory.existing(directory);
    assertThat(read.nodeId()).isEqualTo(UUID.fromString("5be6128e-18c2-4797-a142-ea7d17be3111"));
    assertThat(read.shards()).isEqualTo(3);
    assertThat(read.journal()).isEqualTo(directory.resolve("journal"));
    assertThat(read.state(2)).isEqualTo(directory.resolve("shards/2/state"));
    assertThat(read.snapshots(2)).isEqualTo(directory.resolve("shards/2/snapshots"));

    Files.writeString(file, FIRST_RELEASE.replace("format=2", "format=4"));
    assertThatThrownBy(() -> DataDirectory.existing(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("has format '4', this version reads up to 3");
  }

  /** Entropy that counts. */
  private static final class Counted implements Entropy {
    private long count;

    long next() {
      return ++count;
    }

    @Override
    public long nextLong() {
      return next();
    }

    UUID first() {
      return new Counted().uuid();
    }

    UUID second() {
      Counted counted = new Counted();
      counted.uuid();
      return counted.uuid();
    }
  }
}
