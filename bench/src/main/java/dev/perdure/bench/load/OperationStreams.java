package dev.perdure.bench.load;

import dev.perdure.kernel.Check;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The operations of a run: for every phase and caller a stream of accounts, amounts and ids.
 *
 * <p>The same seed gives the same streams. Ids are unique over all streams of a seed by
 * construction: the lower half of an id is a bijection of (phase, caller, sequence). They look
 * random, as ids made by clients do, so that an index over them gets no help from their order.
 */
public final class OperationStreams {

  /** The most callers a phase can have. */
  public static final int CALLERS_MAX = 1 << 12;

  private static final int CALLER_BITS = 12;
  private static final int PHASES_MAX = 1 << 12;
  private static final int SEQUENCE_BITS = 40;
  private static final long AMOUNT_MAX_MINOR = 100_000;

  private final long seed;
  private final int phase;

  private OperationStreams(long seed, int phase) {
    Check.argument(phase < PHASES_MAX, "a run has at most %d phases".formatted(PHASES_MAX));
    this.seed = seed;
    this.phase = phase;
  }

  /** The streams of a run's first phase. */
  public static OperationStreams seeded(long seed) {
    return new OperationStreams(seed, 0);
  }

  /** The streams of the next phase: other ids, other accounts. */
  public OperationStreams next() {
    return new OperationStreams(seed, phase + 1);
  }

  /** The stream of one caller, from 0 to {@link #CALLERS_MAX} - 1. For one thread only. */
  public OperationStream of(int caller) {
    long stream = ((long) phase << CALLER_BITS) | caller;
    return new OperationStream(
        seed, stream << SEQUENCE_BITS, new SplittableRandom(mix(seed ^ stream)));
  }

  /** Stafford's thirteenth variant of the 64-bit finalizer: a bijection that scatters its input. */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** One caller's operations, in order. */
  public static final class OperationStream {

    private final long seed;
    private final long base;
    private final SplittableRandom random;
    private long sequence;

    private OperationStream(long seed, long base, SplittableRandom random) {
      this.seed = seed;
      this.base = base;
      this.random = random;
    }

    /** An id no other call has returned, in the form of a UUID. */
    public String operationId() {
      long low = mix(base | sequence++);
      return new UUID(mix(low ^ seed), low).toString();
    }

    public int account(int accounts) {
      return random.nextInt(accounts);
    }

    /** An amount from 1 to 100,000 minor units. */
    public long amountMinor() {
      return 1 + random.nextLong(AMOUNT_MAX_MINOR);
    }
  }
}
