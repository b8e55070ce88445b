package dev.perdure.runtime.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Removes old backups. */
public final class Pruning {

  private Pruning() {}

  /**
   * What was removed.
   *
   * @param removed ids
   */
  public record Pruned(List<String> removed, long freedBytes) {}

  /**
   * Removes all but the newest backups, and content that none of those names.
   *
   * @throws BackupException if one cannot be read, they are of several clusters, or the repository
   *     is being written
   */
  public static Pruned keepNewest(Repository repository, int keep) throws IOException {
    try (RepositoryWriter writer = RepositoryWriter.take(repository)) {
      List<Repository.Listed> all = repository.list();
      for (Repository.Listed one : all) {
        if (one.manifest() == null) {
          throw new BackupException(one.problem() + "; remove that one first, or keep all");
        }
      }
      repository.requireOneCluster(
          all, "move the manifests of all but one to a directory of backups of their own");
      List<String> removed = new ArrayList<>();
      for (Repository.Listed old : all.subList(Math.min(keep, all.size()), all.size())) {
        writer.remove(old.id());
        removed.add(old.id());
      }
      return new Pruned(removed, writer.sweep());
    }
  }
}
