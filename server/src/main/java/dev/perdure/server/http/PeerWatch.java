package dev.perdure.server.http;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Watches one connection for a peer that does not get on: one that dribbles a request, sends half
 * of it, falls silent, or does not read its answer.
 *
 * <p>Before the connection's thread blocks in a read it puts up a deadline, behind the read it
 * takes it down. The sweeper that finds it passed swaps it for {@link #CUT}; whoever wins that swap
 * owns the socket's end. States of reading:
 *
 * <ul>
 *   <li>IDLE: between requests; the deadline is the idle timeout from the last answer on.
 *   <li>HEAD: from the first byte of a request on; one deadline for all of it, however the bytes
 *       come.
 *   <li>BODY: the handler reads; still the request's deadline, but a streamed body gets a new one
 *       with every piece that it hands on ({@link #progress}).
 * </ul>
 */
final class PeerWatch {

  private static final long NONE = Long.MIN_VALUE;
  private static final long CUT = Long.MAX_VALUE;

  private static final long UNREAD_SLACK_BYTES = 64 << 10;
  private static final long LINGER_NS = 2_000_000_000L;

  private static final VarHandle READ;

  static {
    try {
      READ = MethodHandles.lookup().findVarHandle(PeerWatch.class, "readUntilNs", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What the sweeper finds. */
  enum Verdict {
    FINE,
    /** Cut, in the middle of a request that nobody answered yet: a 408 may be written. */
    SLOW_REQUEST,
    /** Cut; nothing may be written. */
    GONE
  }

  private final Clock clock;
  private final long requestNs;
  private final long idleNs;
  private final long writeNs;

  private final long unreadMax;

  private boolean idle = true;
  private long unread;
  private boolean multiplexed;
  private long requestUntilNs;
  private volatile boolean answering;
  private volatile long readUntilNs = NONE;
  private volatile long writeUntilNs = NONE;

  PeerWatch(Clock clock, HttpSettings settings) {
    this.clock = clock;
    this.requestNs = settings.requestTimeout().toNanos();
    this.idleNs = settings.idleTimeout().toNanos();
    this.writeNs = settings.writeTimeout().toNanos();
    this.unreadMax = (long) settings.bodyBytesMax() + UNREAD_SLACK_BYTES;
  }

  /** HTTP/2: requests come side by side, so reading is always like between requests. */
  void multiplexed() {
    multiplexed = true;
    idle = true;
  }

  /**
   * The thread is about to block until the peer sends.
   *
   * @throws ProblemException {@code body-too-large} if more was read than anybody took: the library
   *     collects a chunk as a whole, however long it says it is
   */
  void beforeRead() {
    if (unread > unreadMax) {
      throw new ProblemException(
          ProblemCode.BODY_TOO_LARGE, "a chunk of the body is longer than " + unreadMax + " bytes");
    }
    long until = idle ? clock.monotonicNs() + idleNs : requestUntilNs;
    if (!READ.compareAndSet(this, NONE, until)) {
      throw new PeerCut();
    }
  }

  /**
   * Bytes came, or the end.
   *
   * @param bytes how many
   */
  void afterRead(int bytes) {
    unread += bytes;
    long was = readUntilNs;
    if (was == CUT || !READ.compareAndSet(this, was, NONE)) {
      throw new PeerCut();
    }
    firstByte();
  }

  /** The headers are read, the handler begins: they may all have come behind another request. */
  void requestBegins() {
    firstByte();
  }

  private void firstByte() {
    if (idle && !multiplexed) {
      idle = false;
      answering = false;
      requestUntilNs = clock.monotonicNs() + requestNs;
    }
  }

  /** The handler wants the next piece of a streamed body: the peer has its time anew. */
  void progress() {
    requestUntilNs = clock.monotonicNs() + requestNs;
  }

  /** The handler took a piece of a body. */
  void taken(int bytes) {
    unread -= bytes;
  }

  /** The connection is about to end; what still comes is read away for a moment. */
  void lingering() {
    requestUntilNs = clock.monotonicNs() + Math.min(requestNs, LINGER_NS);
  }

  /** An answer is on its way: no other may be written. */
  void answering() {
    answering = true;
  }

  /** The answer is written. */
  void requestEnds() {
    idle = true;
    unread = 0;
  }

  void beforeWrite() {
    writeUntilNs = clock.monotonicNs() + writeNs;
  }

  void afterWrite() {
    writeUntilNs = NONE;
  }

  /** Looks, from the sweeper's thread. Anything but FINE obliges the caller to close the socket. */
  Verdict look(long nowNs) {
    long write = writeUntilNs;
    if (write != NONE && nowNs - write > 0) {
      return Verdict.GONE;
    }
    long read = readUntilNs;
    if (read == CUT) {
      return Verdict.GONE;
    }
    if (read == NONE || nowNs - read <= 0 || !READ.compareAndSet(this, read, CUT)) {
      return Verdict.FINE;
    }
    return idle || answering ? Verdict.GONE : Verdict.SLOW_REQUEST;
  }

  /** The connection was cut while its thread waited. */
  static final class PeerCut extends io.helidon.webserver.CloseConnectionException {
    private static final long serialVersionUID = 1;

    PeerCut() {
      super("the peer did not get on in time");
    }
  }
}
