package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A PostgreSQL server of our own: the system's programs on a private directory and port, run by a
 * user without privileges, with the stock settings for durability. Whoever can reach the port is
 * let in, and only this machine can.
 */
public final class PostgresServer implements AutoCloseable {

  private static final String USER = "perdure";

  private final OutsideProcess process;
  private final int port;

  private PostgresServer(OutsideProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Makes a database in a new directory under {@code parent}, which that user must be able to
   * enter, and starts it.
   *
   * @throws NotInstalled when PostgreSQL is not installed or cannot be run by this user
   */
  public static PostgresServer start(Path parent) throws NotInstalled {
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
      OutsideProcess process =
          new OutsideProcess(
              "PostgreSQL",
              folder,
              port,
              user.command(
                  List.of(
                      installation.program("postgres"),
                      "-D",
                      data,
                      "-c",
                      "listen_addresses=127.0.0.1",
                      "-c",
                      "port=" + port,
                      "-c",
                      "unix_socket_directories=")));
      PostgresServer server = new PostgresServer(process, port);
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
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public String user() {
    return USER;
  }

  @Override
  public void close() {
    process.close();
  }
}
