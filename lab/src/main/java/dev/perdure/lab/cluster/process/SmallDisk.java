package dev.perdure.lab.cluster.process;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.host.Owner;
import dev.perdure.lab.cluster.host.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system in memory that is small enough to be filled, mounted where only those see it who
 * are let in. It lives as long as a process that holds its mount namespace: that one reads from a
 * pipe of ours, so that it ends with us however we end.
 */
public final class SmallDisk implements AutoCloseable {

  private static final String MOUNT =
      "mount -t tmpfs -o \"size=$1,mode=0700\" \"$2\" \"$3\" && echo mounted && exec cat >/dev/null";
  private static final String FILLER = "filler";
  private static final int[] CHUNKS = {1 << 20, 4096, 1};

  private final Process holder;
  private final Path inside;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.inside =
        Path.of("/proc", String.valueOf(holder.pid()), "root")
            .resolve(Path.of("/").relativize(folder));
  }

  /** Why there can be none here, or empty. */
  public static Optional<String> unavailable() {
    for (String program : List.of("unshare", "nsenter", "mount")) {
      if (!Shell.has(program)) {
        return Optional.of("small disks need the program '" + program + "' (Debian: util-linux)");
      }
    }
    return Optional.empty();
  }

  /**
   * Mounts one over a folder that exists.
   *
   * @param bytes its size
   */
  public static SmallDisk mount(Path folder, long bytes) {
    Path absolute = folder.toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(
                "unshare", "--mount", "--propagation", "private", "--", "sh", "-c", MOUNT, "sh")
            .redirectErrorStream(true);
    builder
        .command()
        .addAll(List.of(String.valueOf(bytes), Owner.self().name("disk"), absolute.toString()));
    try {
      Process holder = builder.start();
      BufferedReader said = holder.inputReader();
      String line = said.readLine();
      if (!"mounted".equals(line)) {
        holder.destroyForcibly();
        throw new LabException("no small disk could be mounted at " + folder + ": " + line);
      }
      return new SmallDisk(holder, absolute);
    } catch (IOException e) {
      throw new LabException("no small disk could be mounted: " + e.getMessage(), e);
    }
  }

  /** What to put before a command line, so that it sees the disk. */
  public List<String> enter() {
    return List.of("nsenter", "--target", String.valueOf(holder.pid()), "--mount", "--");
  }

  /** The disk's folder, for a process that does not see it. */
  public Path inside() {
    return inside;
  }

  /** Writes to it until not a byte more goes. */
  public void fill() {
    try (OutputStream filler = Files.newOutputStream(inside.resolve(FILLER))) {
      for (int chunk : CHUNKS) {
        writeUntilFull(filler, new byte[chunk]);
      }
    } catch (IOException e) {
      throw new LabException("the disk cannot be filled: " + e.getMessage(), e);
    }
  }

  private static void writeUntilFull(OutputStream filler, byte[] chunk) {
    try {
      while (true) {
        filler.write(chunk);
      }
    } catch (IOException e) {
      // Full: that is what was wanted.
    }
  }

  /** Gives the space back. */
  public void empty() {
    try {
      Files.deleteIfExists(inside.resolve(FILLER));
    } catch (IOException e) {
      throw new LabException("the disk cannot be emptied: " + e.getMessage(), e);
    }
  }

  /** Bytes that can still be written. */
  public long free() {
    try {
      FileStore store = Files.getFileStore(inside);
      return store.getUsableSpace();
    } catch (IOException e) {
      throw new LabException("the disk's space cannot be read: " + e.getMessage(), e);
    }
  }

  /** The disk and all on it is gone when nobody uses it any more. */
  @Override
  public void close() {
    holder.destroyForcibly();
    holder.onExit().join();
  }
}
