package dev.perdure.lab.cluster;

import java.util.Locale;

/** A kind of fault that is injected and healed again and again under load. */
public enum Combination {
  /** A minority and a majority do not hear each other; the leader is on either side. */
  HALF(Needs.PEERS),
  /** Every node hears a majority, and no two the same. */
  RING(Needs.PEERS),
  /** Two sides, and one node that hears both. */
  BRIDGE(Needs.PEERS),
  /** A node hears the others and is not heard, or the other way round. */
  ONE_WAY(Needs.PEERS),
  /** The leader is alone; clients still reach it. */
  ISOLATED_LEADER(Needs.PEERS),
  /** SIGKILL for the leader. */
  KILL_LEADER(Needs.NOTHING),
  /** SIGKILL for one that does not lead. */
  KILL_FOLLOWER(Needs.PEERS),
  /** SIGKILL for all at once. */
  KILL_ALL(Needs.NOTHING),
  /** SIGSTOP for the leader: it comes back and thinks that it leads. */
  STOP_LEADER(Needs.NOTHING),
  /** SIGSTOP for one that does not lead. */
  STOP_FOLLOWER(Needs.PEERS),
  /** SIGSTOP for all at once. */
  STOP_ALL(Needs.NOTHING),
  /** The leader's disk is full. */
  DISK_LEADER(Needs.DISKS),
  /** The disk of one that does not lead is full. */
  DISK_FOLLOWER(Needs.DISKS),
  /** A node's wall clock jumps a minute ahead, and back. */
  CLOCK_FORWARD(Needs.CLOCKS),
  /** A node's wall clock jumps a minute back, and ahead again. */
  CLOCK_BACK(Needs.CLOCKS),
  /** Any of the others, one after the other. */
  MIX(Needs.ALL);

  /** What the nodes must have for it. */
  enum Needs {
    NOTHING,
    PEERS,
    DISKS,
    CLOCKS,
    ALL
  }

  private final Needs needs;

  Combination(Needs needs) {
    this.needs = needs;
  }

  /** True if it makes no sense with one node. */
  public boolean needsPeers() {
    return needs == Needs.PEERS || needs == Needs.ALL || this == DISK_FOLLOWER;
  }

  /** True if every node must have a disk that can be filled. */
  public boolean needsDisks() {
    return needs == Needs.DISKS || needs == Needs.ALL;
  }

  /** True if every node must have a clock that can be moved. */
  public boolean needsClocks() {
    return needs == Needs.CLOCKS || needs == Needs.ALL;
  }

  /** As it is written on the command line and in file names. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return word();
  }
}
