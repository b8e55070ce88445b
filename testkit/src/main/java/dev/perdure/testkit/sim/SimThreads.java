package dev.perdure.testkit.sim;

import java.lang.reflect.Constructor;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads of one run of a machine, which the simulator runs one at a time on its own
 * thread, each until it waits for something: what they do in which order follows from the seed. The
 * threads that they start are of the same kind. When the machine stops they are never run again.
 *
 * <p>Needs a virtual thread's scheduler to be chosen, which the JDK has but does not offer: {@code
 * --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class SimThreads implements Executor {

  private static final long US = 1_000;
  private static final long MS = 1_000_000;
  private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

  private final Site site;
  private final Host host;
  private final Constructor<?> builder;
  private boolean atOnce;
  private @Nullable Runnable first;

  /** One run of a machine. */
  interface Host {
    boolean lives();

    /** Goes on with something of the machine; what it throws is judged. */
    void run(String what, Runnable body);
  }

  /** Threads of a machine that is starting. */
  SimThreads(Site site, Host host) {
    this.site = site;
    this.host = host;
    this.builder = builder();
  }

  private static Constructor<?> builder() {
    try {
      Constructor<?> found = Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
      found.setAccessible(true);
      return found;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "code on threads is simulated with a scheduler for virtual threads, which this JDK does"
              + " not give; run it on JDK 25 with --add-opens java.base/java.lang=ALL-UNNAMED",
          e);
    }
  }

  /** Has something done on a thread of the machine. What it throws is a broken promise. */
  void start(String name, Runnable body) {
    try {
      Thread.Builder.OfVirtual made = (Thread.Builder.OfVirtual) builder.newInstance(this);
      made.name(name).start(body);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Has something done now that does not wait, as what the shard's loop does: the threads that it
   * starts are the machine's.
   */
  void now(Runnable body) {
    Throwable[] thrown = new Throwable[1];
    atOnce = true;
    start(
        "loop",
        () -> {
          try {
            body.run();
          } catch (Throwable e) {
            thrown[0] = e;
          }
        });
    Runnable begin = Objects.requireNonNull(first);
    first = null;
    begin.run();
    switch (thrown[0]) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown[0]);
    }
  }

  /** A thread can go on. */
  @Override
  public void execute(Runnable thread) {
    if (atOnce) {
      atOnce = false;
      first = thread;
      return;
    }
    site.after(
        site.chance().delayNs(100 * US, 3 * MS),
        () -> {
          if (host.lives()) {
            host.run("a thread", thread);
          }
        });
  }
}
