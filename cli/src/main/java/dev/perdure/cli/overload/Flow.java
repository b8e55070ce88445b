package dev.perdure.cli.overload;

/**
 * Callers of one kind.
 *
 * @param name for people
 * @param tenant whose accounts they use
 * @param urgency that they ask for
 * @param perSecond how many requests are due in a second, whatever becomes of them; 0 for callers
 *     who ask again when they are answered
 * @param connections that they have together
 */
record Flow(String name, String tenant, int urgency, double perSecond, int connections) {

  boolean closed() {
    return perSecond == 0;
  }
}
