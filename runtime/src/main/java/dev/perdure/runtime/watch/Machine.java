package dev.perdure.runtime.watch;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.perdure.kernel.Clock;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the virtual machine says of this process. Thread-safe. */
public final class Machine {

  /** Of the beans that tell of whole cycles most of the time is beside the application. */
  private static final String BESIDE = "Cycles";

  /** To count descriptors lists a directory, of as many entries as there are. */
  private static final long COUNT_NS = 5_000_000_000L;

  private final Clock clock;
  private final @Nullable Supplier<Resource> count;
  private @Nullable Resource descriptors;
  private boolean counted;
  private long countedNs;
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(one -> !one.getName().contains(BESIDE) && !one.getName().contains("Concurrent"))
          .toList();
  private final List<BufferPoolMXBean> pools =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(one -> one.getName().equals("direct"))
          .toList();
  private final long directMax = directMax();

  /** This process. */
  public Machine(Clock clock) {
    this(clock, count());
  }

  /** For tests: with descriptors that somebody else counts; null if they cannot be. */
  Machine(Clock clock, @Nullable Supplier<Resource> count) {
    this.clock = clock;
    this.count = count;
  }

  private static @Nullable Supplier<Resource> count() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? () ->
            new Resource(
                "file descriptors",
                unix.getOpenFileDescriptorCount(),
                unix.getMaxFileDescriptorCount())
        : null;
  }

  /**
   * Counts them, not more often than makes sense; null if they never could be. To count them takes
   * one: if that fails after it went well, none is left.
   */
  private synchronized @Nullable Resource descriptors() {
    long nowNs = clock.monotonicNs();
    if (count == null || (counted && nowNs - countedNs < COUNT_NS)) {
      return descriptors;
    }
    counted = true;
    countedNs = nowNs;
    try {
      descriptors = count.get();
    } catch (InternalError e) {
      Resource last = descriptors;
      if (last != null && last.max() > 0) {
        descriptors = new Resource(last.name(), last.max(), last.max());
      }
    }
    return descriptors;
  }

  /** What is used of it. */
  public List<Resource> resources(int threadsMax) {
    List<Resource> all = new ArrayList<>(3);
    Resource open = descriptors();
    if (open != null) {
      all.add(open);
    }
    all.add(
        new Resource("threads", ManagementFactory.getThreadMXBean().getThreadCount(), threadsMax));
    long direct = pools.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    all.add(new Resource("bytes of direct memory", direct, directMax));
    return List.copyOf(all);
  }

  /** How long the collector of garbage stopped it since its start. */
  public long collectedMs() {
    return collectors.stream().mapToLong(one -> Math.max(0, one.getCollectionTime())).sum();
  }

  /** If nothing else is said, as much as the heap may have. */
  private static long directMax() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options != null) {
      long said = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
      if (said > 0) {
        return said;
      }
    }
    return Runtime.getRuntime().maxMemory();
  }
}
