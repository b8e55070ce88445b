package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL server of our own: the system's programs on a private directory and port, run by a
 * user without privileges, with the stock settings for durability. Whoever can reach the port is
 * let in, and only this machine, or the network in which it runs, can.
 */
public final class PostgresServer implements AutoCloseable {

  private static final String USER = "perdure";

  private static final String EVERYBODY = "host all all all trust\n";

  private final OutsideProcess process;
  private final String address;

  private PostgresServer(OutsideProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Makes a database in a new directory under {@code parent}, which that user must be able to
   * enter, and starts it.
   *
   * @throws NotInstalled when PostgreSQL is not installed or cannot be run by this user
   */
  public static PostgresServer start(Path parent) throws NotInstalled {
    return start(parent, Host.here());
  }

  /**
   * The same at a place of its own.
   *
   * @throws NotInstalled when PostgreSQL is not installed or cannot be run by this user
   */
  public static PostgresServer start(Path parent, Host host) throws NotInstalled {
    PostgresInstallation installation = PostgresInstallation.find();
    try {
      Unprivileged user = Unprivileged.choose();
      Path folder = Files.createTempDirectory(parent, "postgres-");
      user.own(folder);
      int port = OutsideProcess.freePort();
      String data = folder.resolve("data").toString();
      OutsideProcess.complete(
          "initdb",
          folder,
          user.command(
              List.of(
                  installation.program("initdb"),
                  "--pgdata=" + data,
                  "--username=" + USER,
                  "--auth=trust",
                  "--encoding=UTF8",
                  "--no-sync",
                  "--no-locale")));
      Files.writeString(Path.of(data, "pg_hba.conf"), EVERYBODY, StandardOpenOption.APPEND);
      OutsideProcess process =
          new OutsideProcess(
              "PostgreSQL",
              new OutsideProcess.Place(folder, host, port),
              user.command(
                  List.of(
                      installation.program("postgres"),
                      "-D",
                      data,
                      "-c",
                      "listen_addresses=" + host.address(),
                      "-c",
                      "port=" + port,
                      "-c",
                      "unix_socket_directories=")),
              Map.of());
      PostgresServer server = new PostgresServer(process, host.address() + ":" + port);
      server.start();
      return server;
    } catch (IOException e) {
      throw new LabException("PostgreSQL cannot be set up under " + parent, e);
    }
  }

  /** Starts it again. It may still recover when this returns: then it refuses connections. */
  public void start() {
    process.start();
  }

  /** SIGKILL to the server and all its workers. */
  public void kill() {
    process.kill();
  }

  /** For its one database. */
  public String url() {
    return "jdbc:postgresql://" + address + "/postgres";
  }

  public String user() {
    return USER;
  }

  @Override
  public void close() {
    process.close();
  }
}
