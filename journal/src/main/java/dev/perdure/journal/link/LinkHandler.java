package dev.perdure.journal.link;

import java.util.function.Consumer;

/** Answers what other nodes ask. Thread-safe. */
public interface LinkHandler {

  /**
   * Answers a question. May block: it runs on a thread of its own.
   *
   * @throws Exception when it cannot; the asker gets the message, and no more
   */
  byte[] answer(Caller caller, byte[] question) throws Exception;

  /**
   * Takes a message of a stream. Messages of one stream come one by one in the order in which they
   * were sent; this must not block.
   *
   * @param reply takes the answer, once, on any thread; does not block
   */
  void receive(Caller caller, byte[] message, Consumer<byte[]> reply);
}
