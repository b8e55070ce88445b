package dev.perdure.example.loans.log;

import java.util.List;

/** All events of one application, in their order; at least one. */
public record LogCase(String application, List<LogRow> rows) {

  public LogCase {
    rows = List.copyOf(rows);
  }
}
