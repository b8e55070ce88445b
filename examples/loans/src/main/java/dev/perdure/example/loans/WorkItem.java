package dev.perdure.example.loans;

/**
 * One kind of work on an application, such as a call about its offers.
 *
 * @param scheduled how often it was put on the queue
 * @param open how often it is on the queue and not done: the first completion after a scheduling
 *     does it, others are of people who took it up again
 * @param started how often somebody began or went on
 * @param completed how often somebody ended, for good or for now
 * @param unstarted completions with which there were more of them than starts
 */
public record WorkItem(int scheduled, int open, int started, int completed, int unstarted) {

  static final WorkItem NONE = new WorkItem(0, 0, 0, 0, 0);

  WorkItem schedule() {
    return new WorkItem(scheduled + 1, open + 1, started, completed, unstarted);
  }

  WorkItem start() {
    return new WorkItem(scheduled, open, started + 1, completed, unstarted);
  }

  /** Does the oldest that is open, if there is one. */
  WorkItem complete() {
    int more = completed + 1 > started ? 1 : 0;
    return new WorkItem(scheduled, Math.max(0, open - 1), started, completed + 1, unstarted + more);
  }

  /** True if the so-many-th scheduling has been done: the oldest is done first. */
  public boolean isDone(int number) {
    return number <= scheduled - open;
  }
}
