package dev.perdure.example.ledger;

import dev.perdure.api.StepCall;
import java.io.IOException;
import java.net.URI;
import tools.jackson.databind.JsonNode;

/** A notifier over HTTP: gets the order by POST under {@code Idempotency-Key}, and answers 200. */
public final class HttpNotifier implements Notifier {

  private final Outside outside;

  public HttpNotifier(URI url) {
    this.outside = new Outside(url);
  }

  @Override
  public void transferred(TransferOrder order, StepCall call)
      throws IOException, InterruptedException {
    outside.post(order, call, JsonNode.class);
  }
}
