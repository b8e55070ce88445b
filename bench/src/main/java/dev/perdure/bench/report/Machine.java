package dev.perdure.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the figures were measured on.
 *
 * @param cores processors this process may use
 * @param memoryBytes of the machine
 * @param kernel the operating system's name and version
 * @param jdk the Java virtual machine's version and vendor
 * @param heapBytesMax the heap's limit
 * @param fileSystem the kind of file system the data was on
 * @param postgresql its version, or why there is none
 */
public record Machine(
    int cores,
    long memoryBytes,
    String kernel,
    String jdk,
    long heapBytesMax,
    String fileSystem,
    String postgresql) {

  private static final Set<String> NOT_ON_DISK = Set.of("tmpfs", "ramfs");

  /** This machine, with data in {@code directory}. */
  public static Machine here(Path directory, String postgresql) throws IOException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        system.getName() + " " + number(system.getVersion()) + " " + system.getArch(),
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor"),
        Runtime.getRuntime().maxMemory(),
        Files.getFileStore(directory).type(),
        number(postgresql));
  }

  /** The version itself, without what a distribution has added to it. */
  private static String number(String version) {
    return version.split("[- ]", 2)[0];
  }

  /** False when a force costs nothing, because the data is in memory anyway. */
  public boolean onDisk() {
    return !NOT_ON_DISK.contains(fileSystem);
  }

  /** One line for people. */
  public String line() {
    return "%d cores, %.0f GiB of memory, %s, JDK %s, heap up to %.1f GiB, %s, PostgreSQL: %s"
        .formatted(
            cores,
            memoryBytes / (double) (1 << 30),
            kernel,
            jdk,
            heapBytesMax / (double) (1 << 30),
            fileSystem,
            postgresql);
  }
}
