package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program of a user's that embeds a node, in a JVM of its own, configured by the environment. Any
 * other program will do that listens where {@code PERDURE_API_HOST} and {@code PERDURE_API_PORT}
 * say.
 */
public final class ServiceProgram implements AutoCloseable {

  private final OutsideProcess process;
  private final String api;
  private final String admin;

  private ServiceProgram(OutsideProcess process, String api, String admin) {
    this.process = process;
    this.api = api;
    this.admin = admin;
  }

  /**
   * Starts a program in a new directory under {@code parent}, and returns when its API listens.
   *
   * @param mainClass on the class path of this process
   * @param environment beside ports and data, which are given
   */
  public static ServiceProgram start(
      Path parent, String mainClass, Map<String, String> environment) {
    return start(parent, Host.here(), mainClass, environment);
  }

  /** The same at a place of its own. */
  public static ServiceProgram start(
      Path parent, Host host, String mainClass, Map<String, String> environment) {
    try {
      Path folder = Files.createTempDirectory(parent, "node-");
      int port = OutsideProcess.freePort();
      int adminPort = OutsideProcess.freePort();
      Map<String, String> all = new HashMap<>(environment);
      all.put("PERDURE_API_HOST", host.address());
      all.put("PERDURE_API_PORT", String.valueOf(port));
      all.put("PERDURE_ADMIN_HOST", host.address());
      all.put("PERDURE_ADMIN_PORT", String.valueOf(adminPort));
      all.put("PERDURE_DATA_DIR", folder.resolve("data").toString());
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx384m",
              "-XX:+UseSerialGC",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              System.getProperty("java.class.path"),
              mainClass);
      OutsideProcess process =
          new OutsideProcess(mainClass, new OutsideProcess.Place(folder, host, port), command, all);
      process.start();
      String base = "http://" + host.address() + ":";
      return new ServiceProgram(process, base + port, base + adminPort);
    } catch (IOException e) {
      throw new LabException("a node cannot be set up under " + parent, e);
    }
  }

  /** Starts it again. */
  public void start() {
    process.start();
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** Where its API is. */
  public String url() {
    return api;
  }

  /** Where its admin port is. */
  public String adminUrl() {
    return admin;
  }

  @Override
  public void close() {
    process.close();
  }
}
