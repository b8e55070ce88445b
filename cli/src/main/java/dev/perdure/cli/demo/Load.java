package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import java.io.IOException;

/** Work for the node, each piece under an operation id of its own. */
interface Load {

  /** One line for people. */
  String description();

  /** How many final answers there will be. */
  long answers();

  /** Does all of it and notes every final answer in the books. */
  void run(Delivery delivery, Books books) throws IOException, GaveUpException;
}
