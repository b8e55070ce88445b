package dev.perdure.runtime;

import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A node's data directory: {@code node.properties} says what it is, {@code journal/} holds the
 * logs, {@code shards/N/state} and {@code shards/N/snapshots} the rest.
 *
 * @param path the directory
 * @param nodeId stable id of the node
 * @param cluster id of the cluster that it belongs to; a node alone is a cluster of one
 * @param shards how many shards the cluster was made with
 * @param first true if this node was the first of its cluster
 * @param level in force when it was opened; see {@link Build}
 */
public record DataDirectory(
    Path path, UUID nodeId, UUID cluster, int shards, boolean first, int level) {

  /** Format of the directory as a whole. */
  public static final int FORMAT = 3;

  /** The format that says no level: that is the first one. Builds that know no levels read it. */
  private static final int FORMAT_WITHOUT_LEVEL = 2;

  /** What a directory becomes part of when it is made. */
  public record Cluster(UUID id, int shards, boolean first, int level) {}

  private static final String SHARDS = "shards";
  private static final String FILE = "node.properties";

  /** Becomes {@link #FILE} when a directory is complete: until then no node opens it. */
  private static final String RESTORING = "restore.unfinished";

  /** Opens a directory, or makes an empty one the first of a new cluster. */
  public static DataDirectory open(NodeOptions options) {
    return open(
        options,
        () ->
            new Cluster(
                options.entropy().uuid(), options.shards(), true, options.build().newest()));
  }

  /**
   * Opens a directory, or makes an empty one ours.
   *
   * @param cluster asked what an empty one becomes part of
   * @throws StartException saying what is wrong with it and what to do
   */
  public static DataDirectory open(NodeOptions options, Supplier<Cluster> cluster) {
    Path path = options.data();
    if (!Files.isDirectory(path)) {
      throw new StartException(
          "data directory " + path + " does not exist; create it, or name another with --data");
    }
    if (!Files.isWritable(path)) {
      throw new StartException("data directory " + path + " is not writable by this user");
    }
    Path file = path.resolve(FILE);
    try {
      DataDirectory data = Files.exists(file) ? read(path, file) : create(options, cluster);
      data.checkLevel(options.build());
      return data;
    } catch (IOException e) {
      throw new StartException("data directory " + path + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Reads an existing directory, for tools. */
  public static DataDirectory existing(Path path) {
    Path file = path.resolve(FILE);
    if (!Files.exists(file)) {
      throw new StartException(path + " is not a data directory: it has no " + FILE);
    }
    try {
      return read(path, file);
    } catch (IOException e) {
      throw new StartException("data directory " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static DataDirectory read(Path path, Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    String format = properties.getProperty("format", "");
    boolean withLevel = format.equals(String.valueOf(FORMAT));
    if (!withLevel && !format.equals(String.valueOf(FORMAT_WITHOUT_LEVEL))) {
      throw new StartException(
          "data directory "
              + path
              + " has format '"
              + format
              + "', this version reads up to "
              + FORMAT
              + "; use the version of Perdure that wrote it");
    }
    try {
      return new DataDirectory(
          path,
          UUID.fromString(properties.getProperty("node", "")),
          UUID.fromString(properties.getProperty("cluster", "")),
          Integer.parseInt(properties.getProperty("shards", "")),
          properties.getProperty("first", "").equals("true"),
          withLevel ? Integer.parseInt(properties.getProperty("level", "")) : Build.FIRST_LEVEL);
    } catch (IllegalArgumentException e) {
      throw new StartException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private void checkLevel(Build build) {
    if (!build.supports(level)) {
      throw new StartException(
          "data directory " + path + " is at level " + level + "; " + build.refusal(level));
    }
  }

  /** Says another level from now on, also to the next process that opens the directory. */
  void raise(int higher) throws IOException {
    write(higher);
  }

  private void write(int ofLevel) throws IOException {
    Path draft = path.resolve("." + FILE);
    write(draft, ofLevel);
    Files.move(
        draft,
        path.resolve(FILE),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    StableDirectory.sync(path);
  }

  /** The first level is written as builds that know no levels read it: they may come back. */
  private void write(Path file, int ofLevel) throws IOException {
    boolean withLevel = ofLevel > Build.FIRST_LEVEL;
    StringWriter text = new StringWriter();
    text.write("# Perdure data directory. Do not change.\n");
    text.write("format=" + (withLevel ? FORMAT : FORMAT_WITHOUT_LEVEL) + "\nnode=" + nodeId);
    text.write("\ncluster=" + cluster + "\nshards=" + shards);
    text.write("\nfirst=" + first + "\n");
    if (withLevel) {
      text.write("level=" + ofLevel + "\n");
    }
    Files.writeString(file, text.toString());
    StableDirectory.sync(file);
  }

  private static DataDirectory create(NodeOptions options, Supplier<Cluster> cluster)
      throws IOException {
    Path path = options.data();
    if (Files.exists(path.resolve(RESTORING))) {
      throw new StartException(
          "data directory " + path + " holds a restore that did not end; restore it again");
    }
    try (var content = Files.list(path)) {
      boolean foreign =
          content.anyMatch(
              one ->
                  !String.valueOf(one.getFileName()).equals("lost+found")
                      && !String.valueOf(one.getFileName()).startsWith("."));
      if (foreign) {
        throw new StartException(
            "data directory "
                + path
                + " is not empty and holds no "
                + FILE
                + "; give Perdure a directory of its own");
      }
    }
    Cluster of = cluster.get();
    DataDirectory made =
        new DataDirectory(path, options.entropy().uuid(), of.id, of.shards, of.first, of.level);
    made.write(of.level);
    syncWithParent(path);
    return made;
  }

  private static void syncWithParent(Path path) throws IOException {
    StableDirectory.sync(path);
    Path parent = path.toAbsolutePath().normalize().getParent();
    if (parent != null) {
      StableDirectory.sync(parent);
    }
  }

  /**
   * Begins to fill an empty directory, or one where that was begun before; no node opens it until
   * {@link #finish}.
   *
   * @throws StartException if it holds anything else
   */
  public void begin() throws IOException {
    Path draft = path.resolve(RESTORING);
    if (!Files.exists(path)) {
      Files.createDirectory(path);
    }
    boolean again = Files.exists(draft);
    try (var content = Files.list(path)) {
      if (!again && content.anyMatch(one -> !one.endsWith("lost+found"))) {
        throw new StartException(
            "data directory " + path + " is not empty; a restore needs a directory of its own");
      }
    }
    if (!again) {
      write(draft, level);
      syncWithParent(path);
    }
  }

  /**
   * Removes what an earlier restore left.
   *
   * @throws StartException if it is a node's, or nothing that {@link #begin} began: another restore
   *     ended meanwhile
   */
  public void clear() throws IOException {
    if (Files.exists(path.resolve(FILE)) || !Files.exists(path.resolve(RESTORING))) {
      throw new StartException(
          "data directory " + path + " was made by another restore meanwhile; name another one");
    }
    write(path.resolve(RESTORING), level);
    Snapshots.delete(path.resolve(SHARDS));
  }

  /** It is complete and on stable storage: from now on it is a node's. */
  public void finish() throws IOException {
    Files.move(path.resolve(RESTORING), path.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    syncWithParent(path);
  }

  /** Where the logs of all shards live. */
  public Path journal() {
    return path.resolve("journal");
  }

  /** All that a replica has but its log. */
  public Path shard(int shard) {
    return path.resolve(SHARDS).resolve(String.valueOf(shard));
  }

  /** A shard's store. */
  public Path state(int shard) {
    return shard(shard).resolve("state");
  }

  /** Where views are kept: derived from the shards, made anew if it is gone. */
  public Path views() {
    return path.resolve("views");
  }

  /** A shard's snapshots. */
  public Path snapshots(int shard) {
    return shard(shard).resolve("snapshots");
  }

  /** Exists once this node, as the first of its cluster, has made the shards. */
  public Path founded() {
    return path.resolve("founded");
  }

  /** The cluster as this node last knew it; exists once the node has had peers. */
  public Path clusterMap() {
    return path.resolve("cluster.map");
  }
}
