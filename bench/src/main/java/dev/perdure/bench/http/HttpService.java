package dev.perdure.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.OptionalLong;

/** A running service with the contract's API, whatever runs it. Used by one thread. */
public interface HttpService extends AutoCloseable {

  /** What it is called in reports. */
  String name();

  /** What is known to be on disk when it answers, as one sentence. */
  String durability();

  /** Where it listens; on the loopback interface. */
  InetSocketAddress address();

  /** Processor time its processes have used so far; zero when unknown. */
  long cpuNs() throws IOException;

  /** Bytes of its data on disk; empty when unknown. */
  OptionalLong storedBytes() throws IOException;

  @Override
  void close() throws IOException;
}
