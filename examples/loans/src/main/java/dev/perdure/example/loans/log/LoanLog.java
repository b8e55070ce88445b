package dev.perdure.example.loans.log;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The log as a file: comma separated, as it is or packed with gzip, its rows grouped by case and in
 * order of time within each.
 */
public final class LoanLog implements AutoCloseable {

  private static final String HEADER = "case_id,activity,lifecycle,timestamp,resource,AMOUNT_REQ";
  private static final int COLUMNS = 6;
  private static final int LINE_LENGTH_MAX = 10_000;
  private static final int ROWS_OF_CASE_MAX = 10_000;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final Counted counted;
  private final BufferedReader reader;
  private final Set<String> cases = new HashSet<>();
  private long line;
  private @Nullable LogRow next;

  private LoanLog(InputStream file, boolean packed) throws IOException {
    this.counted = new Counted(file);
    InputStream plain = packed ? new GZIPInputStream(counted, 1 << 16) : counted;
    this.reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
  }

  /**
   * Opens a file; whether it is packed is seen from its first bytes.
   *
   * @throws LogException if it does not begin as such a log does
   */
  public static LoanLog open(Path file) throws IOException {
    boolean packed;
    try (InputStream first = Files.newInputStream(file)) {
      packed = (first.read() << 8 | first.read()) == GZIP_MAGIC;
    }
    LoanLog log = new LoanLog(Files.newInputStream(file), packed);
    try {
      String header = log.reader.readLine();
      log.line = 1;
      if (!HEADER.equals(header)) {
        throw new LogException(
            "line 1 of %s is '%s'; '%s' is needed".formatted(file, shown(header), HEADER));
      }
      log.next = log.row();
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /**
   * The next case; null at the end.
   *
   * @throws LogException if a line cannot be read, or a case goes on after another one began
   */
  public @Nullable LogCase nextCase() throws IOException {
    LogRow first = next;
    if (first == null) {
      return null;
    }
    if (!cases.add(first.application())) {
      throw new LogException(
          "line %d: case %s goes on after another one began; sort the file by case"
              .formatted(first.line(), first.application()));
    }
    List<LogRow> rows = new ArrayList<>();
    LogRow row = first;
    while (row != null && row.application().equals(first.application())) {
      if (rows.size() == ROWS_OF_CASE_MAX) {
        throw new LogException(
            "line %d: case %s has more than %,d events"
                .formatted(row.line(), row.application(), ROWS_OF_CASE_MAX));
      }
      rows.add(row);
      row = row();
    }
    next = row;
    return new LogCase(first.application(), rows);
  }

  /** Bytes of the file that were read. */
  public long bytesRead() {
    return counted.bytes;
  }

  private @Nullable LogRow row() throws IOException {
    String text = reader.readLine();
    if (text == null) {
      return null;
    }
    line++;
    String[] cells = text.length() > LINE_LENGTH_MAX ? new String[0] : text.split(",", -1);
    if (cells.length != COLUMNS) {
      throw new LogException(
          "line %d has %d columns, not %d: '%s'"
              .formatted(line, cells.length, COLUMNS, shown(text)));
    }
    LogRow row = new LogRow(line, cells[0], cells[1], cells[2], amount(cells[5]));
    if (!cells[0].matches("[A-Za-z0-9._-]{1,60}") || !known(row)) {
      throw new LogException("line %d is no event of the log: '%s'".formatted(line, shown(text)));
    }
    return row;
  }

  private static boolean known(LogRow row) {
    if (row.activity().length() < 3 || row.activity().charAt(1) != '_') {
      return false;
    }
    return switch (row.kind()) {
      case 'A', 'O' -> row.lifecycle().equals("COMPLETE");
      case 'W' -> Set.of("SCHEDULE", "START", "COMPLETE").contains(row.lifecycle());
      default -> false;
    };
  }

  private long amount(String text) {
    if (!text.matches("[0-9]{1,15}")) {
      throw new LogException(
          "line %d: the amount is '%s'; a whole number is needed".formatted(line, shown(text)));
    }
    return Long.parseLong(text);
  }

  private static String shown(@Nullable String text) {
    return text == null ? "" : text.substring(0, Math.min(80, text.length()));
  }

  @Override
  public void close() throws IOException {
    counted.close();
  }

  /** Counts what is read of the file, for progress; read by other threads. */
  private static final class Counted extends FilterInputStream {
    private volatile long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads the file
    private void count(int read) {
      bytes += read;
    }
  }
}
