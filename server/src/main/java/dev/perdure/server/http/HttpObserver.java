package dev.perdure.server.http;

/** Is told of every request that was answered. Thread-safe and quick. */
@FunctionalInterface
public interface HttpObserver {

  /** Nobody looks. */
  HttpObserver NONE = (exchange, durationNs) -> {};

  /**
   * A request was answered.
   *
   * @param exchange with its route, method and status set
   * @param durationNs from its headers being read to its response being written
   */
  void served(Exchange exchange, long durationNs);
}
