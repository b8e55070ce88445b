package dev.perdure.runtime.watch;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the virtual machine says of this process. Thread-safe. */
public final class Machine {

  /** Of the beans that tell of whole cycles most of the time is beside the application. */
  private static final String BESIDE = "Cycles";

  private final @Nullable UnixOperatingSystemMXBean system =
      ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
          ? unix
          : null;
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(one -> !one.getName().contains(BESIDE) && !one.getName().contains("Concurrent"))
          .toList();
  private final List<BufferPoolMXBean> pools =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(one -> one.getName().equals("direct"))
          .toList();
  private final long directMax = directMax();

  /** What is used of it. */
  public List<Resource> resources(int threadsMax) {
    List<Resource> all = new ArrayList<>(3);
    if (system != null) {
      all.add(
          new Resource(
              "file descriptors",
              system.getOpenFileDescriptorCount(),
              system.getMaxFileDescriptorCount()));
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
