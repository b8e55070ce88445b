package dev.perdure.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.StartException;
import org.junit.jupiter.api.Test;

/** Where a node sends callers of other nodes. */
class ApiUrlTest {

  private static String url(String host, String said) {
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.INSECURE, true)
            .with(Keys.API_HOST, host)
            .with(Keys.CLUSTER_API_ADDRESS, said);
    return NodeSettings.apiUrl(config, 7410);
  }

  @Test
  void isWhereItListensUnlessThatIsEveryAddress() {
    assertThat(url("127.0.0.1", "")).isEqualTo("http://127.0.0.1:7410");
    assertThat(url("::1", "")).isEqualTo("http://[::1]:7410");
    assertThat(url("0.0.0.0", "")).isEmpty();
    assertThat(url("::", "")).isEmpty();
  }

  @Test
  void isWhatIsSaid() {
    assertThat(url("0.0.0.0", "n1.example:7400")).isEqualTo("http://n1.example:7400");
    assertThat(url("0.0.0.0", "https://n1.example/")).isEqualTo("https://n1.example");
  }

  @Test
  void whatCannotBeAnAddressIsRefused() {
    assertThatThrownBy(() -> url("127.0.0.1", "n1"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("cluster.api-address is 'n1'");
    assertThatThrownBy(() -> url("127.0.0.1", "http://a b"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("cluster.api-address is 'http://a b'");
  }
}
