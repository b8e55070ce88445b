package dev.perdure.server.systemd;

import dev.perdure.kernel.Check;
import dev.perdure.kernel.Clock;
import dev.perdure.server.telemetry.NodeView;
import dev.perdure.server.telemetry.Readiness;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd about a node, if systemd started it. {@code READY=1} is said when a write would
 * succeed for the first time; afterwards {@code STATUS} says how it is. The watchdog is fed only
 * while every shard's loop has turned since it was fed before.
 */
public final class Supervisor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG = "WATCHDOG_USEC";
  private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";
  private static final long LOOK_MS = 100;

  private final NotifySocket socket;
  private final Clock clock;
  private final long beatNs;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("systemd").factory());
  private @Nullable NodeView node;
  private boolean saidReady;
  private boolean saidStopping;
  private String status = "";
  private long beatAtNs;
  private Map<Integer, Long> turns = Map.of();
  private boolean failed;

  private Supervisor(NotifySocket socket, Clock clock, long beatNs) {
    this.socket = socket;
    this.clock = clock;
    this.beatNs = beatNs;
    this.beatAtNs = clock.monotonicNs();
  }

  /**
   * Connects to the systemd that the environment names.
   *
   * @return null if it names none, or one that cannot be told anything
   */
  public static @Nullable Supervisor connect(Map<String, String> environment, Clock clock) {
    String name = environment.getOrDefault(SOCKET, "");
    if (name.isEmpty()) {
      return null;
    }
    try {
      Supervisor made = new Supervisor(new NotifySocket(name), clock, beatNs(environment));
      made.say("STATUS=the node is starting");
      return made;
    } catch (IOException | IllegalCallerException e) {
      LOG.warn("systemd is told nothing: {}", e.getMessage());
      return null;
    }
  }

  /** A third of the time after which systemd would kill it; 0 if it would not. */
  private static long beatNs(Map<String, String> environment) {
    String process = environment.getOrDefault(WATCHDOG_PROCESS, "");
    boolean meant =
        process.isEmpty() || process.equals(String.valueOf(ProcessHandle.current().pid()));
    try {
      return meant ? Long.parseLong(environment.getOrDefault(WATCHDOG, "0")) * 1000 / 3 : 0;
    } catch (NumberFormatException e) {
      LOG.warn("{} is no number: the watchdog is not fed", WATCHDOG);
      return 0;
    }
  }

  /** Begins to tell how a node is. */
  public void watch(NodeView watched) {
    node = watched;
    var running = timer.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
    Check.invariant(!running.isDone(), "systemd is not told about the node");
  }

  private void look() {
    NodeView watched = node;
    if (watched == null) {
      return;
    }
    try {
      tell(watched);
    } catch (RuntimeException e) {
      LOG.error("telling systemd failed once, and goes on", e);
    }
  }

  private synchronized void tell(NodeView watched) {
    if (watched.draining() && !saidStopping) {
      saidStopping = true;
      say("STOPPING=1\nSTATUS=the node is stopping");
      return;
    }
    Readiness now = Readiness.of(watched);
    // Each line is an assignment: what people are told is one line.
    String told = now.writes() ? "serving" : now.reason().replaceAll("\\R", " ");
    if (now.writes() && !saidReady) {
      saidReady = true;
      say("READY=1\nSTATUS=" + told);
    } else if (!told.equals(status)) {
      say("STATUS=" + told);
    }
    status = told;
    beat(watched);
  }

  private void beat(NodeView watched) {
    if (beatNs == 0 || clock.monotonicNs() - beatAtNs < beatNs) {
      return;
    }
    Map<Integer, Long> before = turns;
    turns = watched.turns();
    boolean turned =
        turns.entrySet().stream().allMatch(one -> !one.getValue().equals(before.get(one.getKey())));
    beatAtNs = clock.monotonicNs();
    if (turned) {
      say("WATCHDOG=1");
    } else if (!saidStopping) {
      LOG.error("a shard's loop stands still; systemd's watchdog is not fed");
    }
  }

  private void say(String message) {
    try {
      socket.send(message);
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        LOG.warn("systemd was not told: {}", e.getMessage());
      }
      failed = true;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    NodeView watched = node;
    if (watched != null && !saidStopping) {
      look();
    }
    socket.close();
  }
}
