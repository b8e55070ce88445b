package dev.perdure.bench.postgres;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.LoopbackPort;
import dev.perdure.bench.load.ProcessTree;
import dev.perdure.bench.load.Unavailable;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresInstallation;
import dev.perdure.lab.outside.Unprivileged;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of our own: fresh data, own port, loopback only, gone after {@link #close}.
 *
 * <p>Its settings are those initdb writes, which are the stock ones for durability: {@code fsync},
 * {@code full_page_writes} and {@code synchronous_commit} are on, which is checked. Only the
 * address, the port and the locale are ours. It is stopped and deleted as well when this process
 * ends without closing it, short of SIGKILL.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Clock CLOCK = Clock.system();
  private static final Duration COMMAND_TIME_MAX = Duration.ofMinutes(2);
  private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(20);
  private static final long POLL_MS = 20;
  private static final String USER = "bench";
  private static final List<String> DURABLE =
      List.of("fsync", "synchronous_commit", "full_page_writes");

  private final Path directory;
  private final int port;
  private final String password;
  private final Process process;
  private final ProcessBuilder stop;
  private final Thread onExit = new Thread(this::stopAndDelete, "postgres-stop");

  private PostgresServer(Fresh fresh, int port, Process process, ProcessBuilder stop) {
    this.directory = fresh.directory;
    this.password = fresh.password;
    this.port = port;
    this.process = process;
    this.stop = stop;
  }

  /**
   * Makes a server in a new directory under {@code parent} and waits until it answers.
   *
   * @throws Unavailable when PostgreSQL is not installed or cannot be run by this user
   * @throws IOException when it is there but does not start; the message has the end of its log
   */
  public static PostgresServer start(Path parent)
      throws Unavailable, IOException, InterruptedException {
    PostgresInstallation installation = installation();
    Unprivileged user = unprivileged();
    Path directory = Files.createTempDirectory(parent, "postgres-");
    try {
      user.own(directory);
      var fresh = new Fresh(directory, Entropy.system().uuid().toString());
      initialise(installation, user, fresh);
      int port = LoopbackPort.free();
      Process process = launch(installation, user, fresh, port);
      var server = new PostgresServer(fresh, port, process, stop(installation, user, fresh));
      Runtime.getRuntime().addShutdownHook(server.onExit);
      return server.ready();
    } catch (IOException | InterruptedException | RuntimeException e) {
      DirectoryTree.delete(directory);
      throw e;
    }
  }

  private static PostgresInstallation installation() throws Unavailable {
    try {
      return PostgresInstallation.find();
    } catch (NotInstalled e) {
      throw new Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private static Unprivileged unprivileged() throws Unavailable, IOException {
    try {
      return Unprivileged.choose();
    } catch (NotInstalled e) {
      throw new Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private PostgresServer ready() throws IOException, InterruptedException {
    try {
      awaitReady();
      requireDurable();
      return this;
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A data directory to be, and its only user's password. */
  private record Fresh(Path directory, String password) {

    String data() {
      return directory.resolve("data").toString();
    }

    File log() {
      return directory.resolve("server.log").toFile();
    }
  }

  private static void initialise(PostgresInstallation installation, Unprivileged user, Fresh fresh)
      throws IOException, InterruptedException {
    Path passwordFile = fresh.directory.resolve("password");
    Files.writeString(passwordFile, fresh.password);
    user.own(passwordFile);
    List<String> command =
        List.of(
            installation.program("initdb"),
            "--pgdata=" + fresh.data(),
            "--username=" + USER,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
            "--no-locale");
    Process initdb = process(user.command(command), fresh).start();
    if (!initdb.waitFor(COMMAND_TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
      initdb.destroyForcibly();
    }
    if (initdb.waitFor() != 0) {
      throw new IOException("initdb failed:%n%s".formatted(logOf(fresh.directory)));
    }
  }

  private static Process launch(
      PostgresInstallation installation, Unprivileged user, Fresh fresh, int port)
      throws IOException {
    List<String> command =
        List.of(
            installation.program("postgres"),
            "-D",
            fresh.data(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "port=" + port,
            "-c",
            "unix_socket_directories=");
    return process(user.command(command), fresh).start();
  }

  private static ProcessBuilder stop(
      PostgresInstallation installation, Unprivileged user, Fresh fresh) {
    List<String> command =
        List.of(installation.program("pg_ctl"), "stop", "-D", fresh.data(), "-m", "immediate");
    return process(user.command(command), fresh);
  }

  private static ProcessBuilder process(List<String> command, Fresh fresh) {
    return new ProcessBuilder(command)
        .directory(fresh.directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(fresh.log()));
  }

  private void awaitReady() throws IOException, InterruptedException {
    long startNs = CLOCK.monotonicNs();
    while (true) {
      try {
        connect().close();
        return;
      } catch (SQLException e) {
        boolean late = CLOCK.monotonicNs() - startNs > START_TIME_MAX.toNanos();
        if (late || process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
          throw new IOException("PostgreSQL did not start:%n%s".formatted(logOf(directory)), e);
        }
      }
    }
  }

  /** An installation may come with other defaults; figures of such a server would be of no use. */
  private void requireDurable() throws IOException {
    try {
      for (String setting : DURABLE) {
        if (queryLong("select (current_setting('" + setting + "') = 'on')::int") != 1) {
          throw new IOException(
              "this PostgreSQL installation starts new servers with %s off".formatted(setting));
        }
      }
    } catch (SQLException e) {
      throw new IOException("PostgreSQL did not tell its settings", e);
    }
  }

  private static String logOf(Path directory) throws IOException {
    List<String> lines =
        Files.readAllLines(directory.resolve("server.log"), StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** For the server's one database. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, password);
  }

  /** Processor time of the server and all its workers since it started. */
  public long cpuNs() throws IOException {
    return new ProcessTree(process.pid()).cpuNs();
  }

  /**
   * Size of the database: tables and indexes, without the write-ahead log, whose files are
   * recycled.
   */
  public long databaseBytes() throws SQLException {
    return queryLong("select pg_database_size('postgres')");
  }

  /** How often the write-ahead log was forced; empty when this version counts it elsewhere. */
  public OptionalLong walForces() throws SQLException {
    boolean counted =
        queryLong(
                "select count(*) from information_schema.columns"
                    + " where table_name = 'pg_stat_wal' and column_name = 'wal_sync'")
            > 0;
    return counted
        ? OptionalLong.of(queryLong("select wal_sync from pg_stat_wal"))
        : OptionalLong.empty();
  }

  /** The first column of the only row of a query. */
  public long queryLong(String query) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** For example {@code 15.4}, as the server itself says it. */
  public static String version() throws IOException, InterruptedException, Unavailable {
    String program = installation().program("postgres");
    Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.replace("postgres (PostgreSQL)", "").trim();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(onExit);
    stopAndDelete();
  }

  /** Stops at once, without the checkpoint of an orderly stop: the data is deleted anyway. */
  private void stopAndDelete() {
    try {
      stop.start().waitFor(STOP_TIME_MAX.toSeconds(), TimeUnit.SECONDS);
      if (!process.waitFor(STOP_TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      DirectoryTree.delete(directory);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("could not stop and delete " + directory + ": " + e.getMessage());
    }
  }
}
