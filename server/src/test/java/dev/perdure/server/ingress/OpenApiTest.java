package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.fixture.ApiServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiTest {

  private static JsonNode document;
  private static ApiServer api;

  @BeforeAll
  static void read() throws Exception {
    api = ApiServer.start();
    document = JsonMapper.shared().readTree(api.get("/openapi.json").body());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void describesEveryCommandWithItsFields() {
    assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
    JsonNode post = document.at("/paths/~1v1~1entities~1account~1{id}~1deposit/post");
    assertThat(post.at("/requestBody/content/application~1json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/AccountDepositCommand");
    JsonNode schema = document.at("/components/schemas/AccountDepositCommand");
    assertThat(schema.at("/properties/amount/type").asString()).isEqualTo("integer");
    assertThat(schema.at("/properties/amount/format").asString()).isEqualTo("int64");
    assertThat(schema.at("/properties/reference/type").asString()).isEqualTo("string");
    assertThat(schema.get("required").toString()).isEqualTo("[\"amount\"]");
    assertThat(schema.get("additionalProperties").asBoolean()).isFalse();
    assertThat(post.at("/responses/409/$ref").asString())
        .isEqualTo("#/components/responses/Rejection");
  }

  @Test
  void describesStateEventsOperationsAndBatches() {
    assertThat(document.at("/paths/~1v1~1entities~1account~1{id}/get").isMissingNode()).isFalse();
    assertThat(document.at("/paths/~1v1~1entities~1account~1{id}~1events/get").isMissingNode())
        .isFalse();
    assertThat(document.at("/paths/~1v1~1operations~1account~1{id}~1{key}/get").isMissingNode())
        .isFalse();
    assertThat(document.at("/paths/~1v1~1entities:batch/post").isMissingNode()).isFalse();
    assertThat(document.at("/components/schemas/Account/properties/balance/format").asString())
        .isEqualTo("int64");
  }

  @Test
  void describesSagasWithTheirInput() {
    JsonNode put = document.at("/paths/~1v1~1sagas~1order~1{id}/put");
    assertThat(put.at("/requestBody/content/application~1json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/OrderInput");
    JsonNode input = document.at("/components/schemas/OrderInput");
    assertThat(input.at("/properties/pieces/format").asString()).isEqualTo("int32");
    assertThat(input.get("required").toString()).isEqualTo("[\"article\",\"pieces\"]");
    assertThat(put.at("/responses/202/$ref").asString())
        .isEqualTo("#/components/responses/SagaGoesOn");
    assertThat(document.at("/paths/~1v1~1sagas~1order~1{id}~1signals~1{name}/post").isMissingNode())
        .isFalse();
    assertThat(document.at("/paths/~1v1~1entities~1order~1{id}").isMissingNode()).isTrue();
  }

  @Test
  void refersOnlyToWhatIsThere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  private static void collect(JsonNode node, List<String> references) {
    JsonNode reference = node.get("$ref");
    if (reference != null) {
      references.add(reference.asString());
    }
    node.forEach(child -> collect(child, references));
  }

  @Test
  void namesEveryOperationOnceAndEveryPathParameter() {
    Set<String> seen = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String id = operation.getValue().get("operationId").asString();
        assertThat(seen.add(id)).as(id).isTrue();
        assertThat(operation.getValue().get("responses").get("200")).as(id).isNotNull();
        assertThat(inPath(operation.getValue()))
            .as(path.getKey())
            .isEqualTo(path.getKey().chars().filter(c -> c == '{').count());
      }
    }
    assertThat(seen)
        .contains("account-deposit", "read-account", "batch", "start-order", "cancel-order");
  }

  private static long inPath(JsonNode operation) {
    long count = 0;
    for (JsonNode parameter : operation.path("parameters")) {
      JsonNode target = document.at(parameter.get("$ref").asString().substring(1));
      count += target.get("in").asString().equals("path") ? 1 : 0;
    }
    return count;
  }
}
