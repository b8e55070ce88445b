package dev.perdure.server.http;

/** Answers requests. Thread-safe; runs on the request's own virtual thread and may block. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Answers one request: sends exactly one response, or throws.
   *
   * @throws dev.perdure.kernel.ProblemException for what the caller did wrong or must wait for
   * @throws Exception anything else becomes the problem {@code internal}, logged under the id that
   *     its body shows
   */
  void handle(Exchange exchange) throws Exception;
}
