package dev.perdure.guard.watch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Something that runs on a thread and must end in time. Used once. */
public abstract class Watched {
  static final int RUNNING = 0;

  /** Ended by itself. */
  static final int ENDED = 1;

  /** The watchdog is about to interrupt; the caller waits for it to say what it did. */
  static final int INTERRUPTING = 2;

  /** Interrupted by the watchdog. */
  static final int INTERRUPTED = 3;

  /** Out of time, but somebody else had interrupted it before. */
  static final int OUT_OF_TIME = 4;

  static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Watched.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Nullable Thread thread;
  int place;
  volatile int state;
  long deadlineNs;

  /** Not watched yet. */
  protected Watched() {}

  /** When it must end, on the clock of the watchdog. */
  protected final long deadlineNs() {
    return deadlineNs;
  }

  /** Sets when it must end; before it is watched. */
  protected final void deadlineNs(long value) {
    deadlineNs = value;
  }

  /** It was interrupted some time ago and still runs. Called by the watchdog, once. */
  protected abstract void overrun(Thread thread);
}
