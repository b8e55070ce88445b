package dev.perdure.cli.saga;

import dev.perdure.example.ledger.http.NodeClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which saga is meant. */
final class SagaAddress {

  @Parameters(index = "0", paramLabel = "TYPE", description = "Saga type.")
  private String type = "";

  @Parameters(index = "1", paramLabel = "ID", description = "The saga's id.")
  private String id = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose it is (default: the node's default tenant).")
  private @Nullable String tenant;

  String path() {
    return "/v1/sagas/" + segments();
  }

  /** Where the admin port takes a decision about it. */
  String decisionPath(String decision) {
    String whose = tenant == null ? "" : "?tenant=" + NodeClient.encode(tenant);
    return "/admin/v1/sagas/" + segments() + "/" + decision + whose;
  }

  private String segments() {
    return NodeClient.encode(type) + "/" + NodeClient.encode(id);
  }

  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (tenant != null) {
      headers.put("Perdure-Tenant", tenant);
    }
    return headers;
  }
}
