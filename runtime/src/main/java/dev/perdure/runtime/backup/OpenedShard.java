package dev.perdure.runtime.backup;

import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A shard of a backup as a store's directory: links to content, which is only read. Its files must
 * have been compared before.
 */
final class OpenedShard implements AutoCloseable {

  private final Path directory;

  OpenedShard(Repository repository, Manifest.Shard shard) throws IOException {
    directory = Files.createTempDirectory("perdure-backup-");
    for (Manifest.File file : shard.files()) {
      if (!file.name().equals(Snapshots.MANIFEST)) {
        Path content = repository.content(file.sha256()).toAbsolutePath();
        Files.createSymbolicLink(directory.resolve(file.name()), content);
      }
    }
  }

  Path directory() {
    return directory;
  }

  /** Removes the links. */
  @Override
  public void close() throws IOException {
    Snapshots.delete(directory);
  }
}
