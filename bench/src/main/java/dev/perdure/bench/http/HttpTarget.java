package dev.perdure.bench.http;

import dev.perdure.bench.load.Callers;
import dev.perdure.bench.load.Target;
import dev.perdure.kernel.Check;
import dev.perdure.kernel.Entropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service that is reached over HTTP, each caller on a connection of its own.
 *
 * <p>Opening accounts, reading balances and {@link #deposit} use one further connection, one
 * request at a time; only {@link #callers()} is meant to be measured.
 */
public final class HttpTarget implements Target {

  private static final Pattern BALANCE = Pattern.compile("\"balance\"\\s*:\\s*(-?\\d+)");

  private final HttpService service;
  private final Requests requests;
  private final int transfersAmong;
  private int accounts;

  /** A target for a service that listens already; it is closed with the target. */
  public HttpTarget(HttpService service) {
    this(service, 0);
  }

  /**
   * A target whose callers transfer between accounts by sagas; it is closed with the target.
   *
   * @param transfersAmong how many accounts; 0 for deposits
   */
  public HttpTarget(HttpService service, int transfersAmong) {
    this.transfersAmong = transfersAmong;
    Check.argument(
        service.address().getAddress().isLoopbackAddress(),
        "only a service on this machine is measured, not one at " + service.address());
    this.service = service;
    this.requests =
        new Requests(
            service.address(),
            "bench-" + Long.toHexString(Entropy.system().nextLong()),
            transfersAmong);
  }

  @Override
  public String name() {
    return service.name();
  }

  @Override
  public String durability() {
    return service.durability();
  }

  @Override
  public void openAccounts(int count) throws IOException {
    try (KeptConnection connection = KeptConnection.open(service.address())) {
      for (int account = 0; account < count; account++) {
        ask(connection, requests.open(account));
        if (transfersAmong > 0) {
          ask(connection, requests.deposit(account, "first", Requests.FIRST_BALANCE));
        }
      }
    }
    accounts = count;
  }

  @Override
  public long deposit(int account, String operationId, long amountMinor) throws IOException {
    try (KeptConnection connection = KeptConnection.open(service.address())) {
      return balance(ask(connection, requests.deposit(account, operationId, amountMinor)));
    }
  }

  @Override
  public Callers callers() {
    return new SelectorCallers(service.address(), requests);
  }

  @Override
  public long outsideCpuNs() throws IOException {
    return service.cpuNs();
  }

  @Override
  public OptionalLong balanceTotalMinor() throws IOException {
    return transfersAmong > 0 ? OptionalLong.empty() : OptionalLong.of(total());
  }

  /** True if transfers made and lost no money. */
  boolean conserves() throws IOException {
    return total() == accounts * Requests.FIRST_BALANCE;
  }

  private long total() throws IOException {
    long total = 0;
    try (KeptConnection connection = KeptConnection.open(service.address())) {
      for (int account = 0; account < accounts; account++) {
        total += balance(ask(connection, requests.state(account)));
      }
    }
    return total;
  }

  @Override
  public OptionalLong storedBytes() throws IOException {
    return service.storedBytes();
  }

  private static String ask(KeptConnection connection, ByteBuffer request) throws IOException {
    ResponseReader response = connection.exchange(request);
    if (response.status() != 200) {
      throw new IOException("status " + response.status() + ": " + response.body());
    }
    return response.body();
  }

  private static long balance(String body) throws IOException {
    Matcher matcher = BALANCE.matcher(body);
    if (!matcher.find()) {
      throw new IOException("the reply has no balance: " + body);
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
