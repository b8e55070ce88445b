package dev.perdure.runtime.consume;

/** Interrupts a handler whose time is over. Thread-safe; the simulator has one of its own. */
public interface Alarm {

  /**
   * Sets it for the calling thread.
   *
   * @param subscription whose handler runs there
   * @param ns after which it is interrupted
   */
  Ringing set(String subscription, long ns);

  /** One that is set. */
  interface Ringing {

    /**
     * The handler has ended: from now on it does not ring, and the thread has no interrupt of it.
     *
     * @return true if it rang before
     */
    boolean over();
  }

  /** Rings by the machine's clock. */
  static Alarm system() {
    return InTime::set;
  }
}
