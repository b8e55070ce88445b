package dev.perdure.bench.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the requests of the contract's API as bytes.
 *
 * <p>Accounts get ids of their own in each run, so that a run against a service with data starts
 * from zero. Safe for many threads: it has no state that changes.
 */
final class Requests {

  /** What each account has before transfers. */
  static final long FIRST_BALANCE = 1_000_000_000L;

  private final String run;
  private final String pathStart;
  private final String host;
  private final int transfersAmong;

  /**
   * Requests to a service.
   *
   * @param run what the ids of this run's accounts start with
   * @param transfersAmong so many accounts pay each other by sagas; 0 for deposits
   */
  Requests(InetSocketAddress address, String run, int transfersAmong) {
    this.run = run + "-";
    this.pathStart = "/v1/entities/account/" + run + "-";
    this.transfersAmong = transfersAmong;
    this.host =
        " HTTP/1.1\r\nHost: %s:%d\r\n".formatted(address.getHostString(), address.getPort());
  }

  ByteBuffer open(int account) {
    return post(account, "open", "", "{\"currency\":\"CZK\"}");
  }

  /** What is measured: a deposit, or a transfer that is answered when its saga has ended. */
  ByteBuffer measured(int account, String operationId, long amountMinor) {
    return transfersAmong == 0
        ? deposit(account, operationId, amountMinor)
        : transfer(account, operationId, amountMinor);
  }

  private ByteBuffer transfer(int from, String operationId, long amountMinor) {
    int to =
        (from + 1 + Math.floorMod(operationId.hashCode(), transfersAmong - 1)) % transfersAmong;
    String body =
        "{\"from\":\""
            + run
            + from
            + "\",\"to\":\""
            + run
            + to
            + "\",\"amount\":"
            + amountMinor
            + "}";
    return bytes(
        "PUT /v1/sagas/transfer/"
            + operationId
            + host
            + "Prefer: wait=10\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  ByteBuffer deposit(int account, String operationId, long amountMinor) {
    return post(
        account,
        "deposit",
        "Idempotency-Key: " + operationId + "\r\n",
        "{\"amount\":" + amountMinor + "}");
  }

  ByteBuffer state(int account) {
    return bytes("GET " + pathStart + account + host + "\r\n");
  }

  /** The body is ASCII: its length in characters is its length in bytes. */
  private ByteBuffer post(int account, String command, String headers, String body) {
    return bytes(
        "POST "
            + pathStart
            + account
            + "/"
            + command
            + host
            + headers
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
