package dev.perdure.bench.pekko;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.perdure.bench.load.Target;
import dev.perdure.bench.load.Unavailable;
import dev.perdure.bench.pekko.AccountCommand.Deposit;
import dev.perdure.bench.pekko.AccountCommand.Open;
import dev.perdure.bench.pekko.AccountCommand.Read;
import dev.perdure.bench.pekko.AccountReply.Balance;
import dev.perdure.bench.pekko.AccountReply.Refused;
import dev.perdure.bench.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.persistence.jdbc.testkit.javadsl.SchemaUtils;

/** One event-sourced actor for each account, on the JDBC journal. */
public final class PekkoTarget implements Target {

  private static final Duration ASK_TIME_MAX = Duration.ofSeconds(30);
  private static final long LIFE_CYCLE_TIME_MAX_S = 60;

  /** Below the journal's buffer, which refuses what it cannot hold. */
  private static final int OPENING_AT_ONCE = 200;

  private final PostgresServer server;
  private final ActorSystem<Spawn> system;
  private List<ActorRef<AccountCommand>> accounts = List.of();

  /** Asks the guardian for the actors of a number of accounts. */
  private record Spawn(int count, CompletableFuture<List<ActorRef<AccountCommand>>> spawned) {}

  private PekkoTarget(PostgresServer server, ActorSystem<Spawn> system) {
    this.server = server;
    this.system = system;
  }

  /**
   * Starts a PostgreSQL server under {@code directory}, and an actor system on it.
   *
   * @throws Unavailable when PostgreSQL cannot be run on this machine
   */
  public static PekkoTarget start(Path directory)
      throws Unavailable, IOException, InterruptedException, TimeoutException, ExecutionException {
    PostgresServer server = PostgresServer.start(directory);
    try {
      var system = ActorSystem.create(guardian(), "bench", configuration(server));
      var target = new PekkoTarget(server, system);
      return target.withSchema();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private PekkoTarget withSchema()
      throws IOException, InterruptedException, TimeoutException, ExecutionException {
    try {
      SchemaUtils.createIfNotExists(system.classicSystem())
          .toCompletableFuture()
          .get(LIFE_CYCLE_TIME_MAX_S, TimeUnit.SECONDS);
      return this;
    } catch (InterruptedException | TimeoutException | ExecutionException e) {
      close();
      throw e;
    }
  }

  private static Config configuration(PostgresServer server) {
    Config database =
        ConfigFactory.parseMap(
            Map.of(
                "url", server.url() + "?reWriteBatchedInserts=true",
                "user", server.user(),
                "password", server.password()));
    return ConfigFactory.defaultOverrides()
        .withFallback(ConfigFactory.empty().withValue("bench.database", database.root()))
        .withFallback(ConfigFactory.parseResources(PekkoTarget.class, "pekko.conf"))
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private static Behavior<Spawn> guardian() {
    return Behaviors.receive(
        (context, spawn) -> {
          List<ActorRef<AccountCommand>> spawned = new ArrayList<>();
          for (int account = 0; account < spawn.count; account++) {
            spawned.add(context.spawn(new AccountBehavior(account), "account-" + account));
          }
          spawn.spawned.complete(spawned);
          return Behaviors.same();
        });
  }

  @Override
  public String name() {
    return "pekko";
  }

  @Override
  public String durability() {
    return "the event is in PostgreSQL's write-ahead log, forced to disk, in a transaction shared"
        + " with events of other accounts";
  }

  @Override
  public void openAccounts(int count) throws IOException {
    var spawn = new Spawn(count, new CompletableFuture<>());
    system.tell(spawn);
    accounts = spawn.spawned.join();
    for (int from = 0; from < count; from += OPENING_AT_ONCE) {
      List<CompletableFuture<AccountReply>> opened = new ArrayList<>();
      for (var account : accounts.subList(from, Math.min(count, from + OPENING_AT_ONCE))) {
        opened.add(ask(account, Open::new));
      }
      for (CompletableFuture<AccountReply> reply : opened) {
        balance(reply.join());
      }
    }
  }

  @Override
  public long deposit(int account, String operationId, long amountMinor) throws IOException {
    return balance(
        ask(accounts.get(account), replyTo -> new Deposit(operationId, amountMinor, replyTo))
            .join());
  }

  private CompletableFuture<AccountReply> ask(
      ActorRef<AccountCommand> account, Function<ActorRef<AccountReply>, AccountCommand> command) {
    return AskPattern.ask(account, command, ASK_TIME_MAX, system.scheduler()).toCompletableFuture();
  }

  private static long balance(AccountReply reply) throws IOException {
    return switch (reply) {
      case Balance balance -> balance.balanceMinor();
      case Refused refused -> throw new IOException(refused.reason());
    };
  }

  @Override
  public long outsideCpuNs() throws IOException {
    return server.cpuNs();
  }

  @Override
  public OptionalLong balanceTotalMinor() throws IOException {
    long total = 0;
    for (ActorRef<AccountCommand> account : accounts) {
      total += balance(ask(account, Read::new).join());
    }
    return OptionalLong.of(total);
  }

  @Override
  public OptionalLong storedBytes() throws SQLException {
    return OptionalLong.of(server.databaseBytes());
  }

  @Override
  public OptionalLong forces() throws SQLException {
    return server.walForces();
  }

  @Override
  public void close() throws IOException {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(LIFE_CYCLE_TIME_MAX_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the actor system did not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.close();
    }
  }
}
