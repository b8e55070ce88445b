package dev.perdure.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which nodes are asked to be let in: as they are written, or all addresses of a name. */
class SeedsTest {

  @TempDir Path data;

  private List<String> seeds(String join) {
    return Cluster.of(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, data)
                .with(Keys.CLUSTER, true)
                .with(Keys.CLUSTER_ADDRESS, "10.0.0.1:7402")
                .with(Keys.CLUSTER_JOIN, join))
        .seeds();
  }

  @Test
  void areAsWrittenWithoutThisNodeItself() {
    assertThat(seeds("10.0.0.1:7402, 10.0.0.2:7402,n3.example:7402"))
        .containsExactly("10.0.0.2:7402", "n3.example:7402");
    assertThat(seeds("")).isEmpty();
  }

  @Test
  void areAllAddressesOfAName() throws IOException {
    List<String> local =
        Arrays.stream(InetAddress.getAllByName("localhost"))
            .map(InetAddress::getHostAddress)
            .map(host -> (host.contains(":") ? "[" + host + "]" : host) + ":7412")
            .toList();
    assertThat(seeds("dns:localhost:7412")).isEqualTo(local).isNotEmpty();
    assertThat(seeds("10.0.0.2:7402,dns:localhost:7412")).hasSize(local.size() + 1);
  }

  @Test
  void aNameWithoutAddressesStopsOnlyWhoKnowsNobodyYet() throws IOException {
    String join = "dns:nobody.invalid:7402,10.0.0.2:7402";
    assertThatThrownBy(() -> seeds(join))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("dns:nobody.invalid");
    Files.createFile(data.resolve("node.properties"));
    assertThat(seeds(join)).containsExactly("10.0.0.2:7402");
  }
}
