package dev.perdure.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.LoopbackPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

  @TempDir private Path directory;

  private final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @Test
  void waitsUntilTheServiceAnswersAndStopsIt() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPort.free());
    List<String> command =
        List.of(
            java,
            "-m",
            "jdk.httpserver",
            "-b",
            "127.0.0.1",
            "-p",
            Integer.toString(address.getPort()),
            "-d",
            directory.toString());
    try (var service = ServiceProcess.start(command, directory.resolve("log"), address, "/")) {
      assertThat(service.cpuNs()).isNotNegative();
    }
    assertThatThrownBy(() -> KeptConnection.open(address)).isInstanceOf(IOException.class);
  }

  @Test
  void showsTheLogOfAServiceThatDoesNotStart() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPort.free());
    List<String> command = List.of(java, "no.such.Program");
    assertThatThrownBy(() -> ServiceProcess.start(command, directory.resolve("log"), address, "/"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.such.Program");
  }
}
