package dev.perdure.runtime.watch;

import java.time.Duration;
import java.util.List;

/** What can be wrong with a node, and what is done while it is. */
public enum Sign {
  /** Forcing a log to disk takes too long. Who leads is decided by comparing disks. */
  DISK("disk", Duration.ofSeconds(2), Duration.ofSeconds(10), Act.BROWNOUT),
  /** The process stands still: collection of garbage, no processor, a machine that is frozen. */
  PAUSES("pauses", Duration.ZERO, Duration.ofSeconds(10), Act.BROWNOUT),
  /** The loop of a shard does not turn. */
  LOOP("loop", Duration.ofSeconds(2), Duration.ofSeconds(10), Act.BROWNOUT, Act.LEAD_ELSEWHERE),
  /** What waits in a shard has to wait too long. */
  QUEUE("queue", Duration.ofSeconds(2), Duration.ofSeconds(10), Act.BROWNOUT),
  /** The wall clock differs from that of the other nodes. */
  CLOCK(
      "clock",
      Duration.ofSeconds(1),
      Duration.ofSeconds(5),
      Act.LEAD_ELSEWHERE,
      Act.REFUSE_TO_LEAD),
  /** Another node of the cluster does not answer. Who still leads goes on. */
  PEER("peer", Duration.ofSeconds(2), Duration.ofSeconds(5)),
  /** Something grows so that it ends soon. It is only said: doing less need not help. */
  LEAK("leak", Duration.ofMinutes(1), Duration.ofMinutes(5)),
  /** Nearly all of something is used. */
  EXHAUSTION("exhaustion", Duration.ofSeconds(2), Duration.ofSeconds(30), Act.BROWNOUT);

  private final String text;
  private final Duration stands;
  private final Duration gone;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Act> acts;

  Sign(String text, Duration stands, Duration gone, Act... acts) {
    this.text = text;
    this.stands = stands;
    this.gone = gone;
    this.acts = List.of(acts);
  }

  /** As in metrics, documents and the log. */
  public String text() {
    return text;
  }

  /** What is done while it stands, and nothing else. */
  public List<Act> acts() {
    return acts;
  }

  /** How long the cause must stand. */
  Duration stands() {
    return stands;
  }

  /** How long it must be gone. */
  Duration gone() {
    return gone;
  }
}
