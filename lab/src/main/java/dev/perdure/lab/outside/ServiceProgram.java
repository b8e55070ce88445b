package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program of a user's that embeds a node, in a JVM of its own, configured by the environment. */
public final class ServiceProgram implements AutoCloseable {

  private final OutsideProcess process;
  private final int port;

  private ServiceProgram(OutsideProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a program in a new directory under {@code parent}, and returns when its API listens.
   *
   * @param mainClass on the class path of this process
   * @param environment beside ports and data, which are given
   */
  public static ServiceProgram start(
      Path parent, String mainClass, Map<String, String> environment) {
    try {
      Path folder = Files.createTempDirectory(parent, "node-");
      int port = OutsideProcess.freePort();
      Map<String, String> all = new HashMap<>(environment);
      all.put("PERDURE_API_PORT", String.valueOf(port));
      all.put("PERDURE_ADMIN_PORT", String.valueOf(OutsideProcess.freePort()));
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
          new OutsideProcess("the node", new OutsideProcess.Place(folder, port), command, all);
      process.start();
      return new ServiceProgram(process, port);
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
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.close();
  }
}
