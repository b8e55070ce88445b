package dev.perdure.bench.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The contract's account entity in memory, as far as the load uses it. */
final class LedgerHttpServer implements HttpService {

  private static final Pattern AMOUNT = Pattern.compile("\\{\"amount\":(\\d+)}");

  private final Map<String, Long> balances = new ConcurrentHashMap<>();
  private final Map<String, Boolean> operations = new ConcurrentHashMap<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  LedgerHttpServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/v1/entities/account/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String account = path[4];
    String command = path.length > 5 ? path[5] : "";
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
    int status = 200;
    if (command.equals("deposit")) {
      String operation = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      Matcher amount = AMOUNT.matcher(body);
      if (!amount.matches() || operation == null || operations.put(operation, true) != null) {
        status = 422;
      } else {
        balances.merge(account, Long.valueOf(amount.group(1)), Long::sum);
      }
    } else if (command.equals("open")) {
      balances.put(account, 0L);
    }
    byte[] reply =
        "{\"balance\":%d}".formatted(balances.get(account)).getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(status, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  @Override
  public String name() {
    return "ledger-http";
  }

  @Override
  public String durability() {
    return "nothing is on disk";
  }

  @Override
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public long cpuNs() {
    return 0;
  }

  @Override
  public OptionalLong storedBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }
}
