package dev.perdure.example.ledger.bank;

import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.BankLine.Row;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a comma separated file of bank transactions as a stream. The first line names the columns;
 * they may stand in any order, and others are ignored.
 *
 * <p>Tolerant: what cannot be read comes out as a {@link Bad} line, and reading goes on. Only a
 * file without the needed columns is refused as a whole.
 */
public final class BankFile implements Closeable {

  private static final String TRANSACTION = "trans_id";
  private static final String ACCOUNT = "account_id";
  private static final String DIRECTION = "direction";
  private static final String AMOUNT = "amount";
  private static final String STATED = "stated_balance";
  private static final List<String> COLUMNS =
      List.of(TRANSACTION, ACCOUNT, DIRECTION, AMOUNT, STATED);

  private static final int LINE_LENGTH_MAX = 8_192;
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,64}");
  private static final String ID_RULE = "must be 1 to 64 printable ASCII characters without spaces";

  private final BufferedReader reader;
  private final CountingStream bytes;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private int width;
  private long line;

  private BankFile(InputStream in) {
    this.bytes = new CountingStream(in);
    // What is not UTF-8 becomes a replacement character, and its column is reported as bad.
    this.reader =
        new BufferedReader(
            new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)),
            1 << 16);
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws BankFileException if it is not such a file, saying what is missing
   */
  public static BankFile open(Path path) throws IOException {
    return open(Files.newInputStream(path), path.toString());
  }

  /** As {@link #open(Path)}, from a stream that is closed with it. */
  static BankFile open(InputStream in, String name) throws IOException {
    BankFile file = new BankFile(in);
    try {
      file.readHeader(name);
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void readHeader(String name) throws IOException {
    String header = readLine();
    if (header == null) {
      throw new BankFileException(name + " is empty; a header with " + COLUMNS + " is needed");
    }
    List<String> names = split(header.startsWith("\ufeff") ? header.substring(1) : header);
    width = names.size();
    for (int i = 0; i < width; i++) {
      columns.put(names.get(i).strip(), i);
    }
    for (String column : COLUMNS) {
      if (!columns.containsKey(column)) {
        throw new BankFileException(
            name + ", line 1: column '" + column + "' is missing; the header has " + names);
      }
    }
  }

  /** The next line, null at the end. Empty lines are passed over. */
  public @Nullable BankLine next() throws IOException {
    String text = readLine();
    while (text != null && text.isBlank()) {
      text = readLine();
    }
    return text == null ? null : parse(text);
  }

  /** Bytes of the file read so far, for progress. */
  public long bytesRead() {
    return bytes.count();
  }

  private BankLine parse(String text) {
    if (text.length() > LINE_LENGTH_MAX) {
      return bad("", "", text, "is longer than " + LINE_LENGTH_MAX + " characters");
    }
    List<String> fields = split(text);
    if (fields.size() != width) {
      return bad(
          "", "", text, "has " + fields.size() + " columns instead of the header's " + width);
    }
    String account = field(fields, ACCOUNT);
    if (!ID.matcher(account).matches()) {
      return bad("", ACCOUNT, account, ID_RULE);
    }
    String transaction = field(fields, TRANSACTION);
    if (!ID.matcher(transaction).matches()) {
      return bad(account, TRANSACTION, transaction, ID_RULE);
    }
    String direction = field(fields, DIRECTION);
    if (!direction.equals("credit") && !direction.equals("debit")) {
      return bad(account, DIRECTION, direction, "must be credit or debit");
    }
    return parseMoney(fields, account, transaction, direction.equals("credit"));
  }

  private BankLine parseMoney(
      List<String> fields, String account, String transaction, boolean credit) {
    String column = AMOUNT;
    long amount;
    long stated;
    try {
      amount = Haler.parse(field(fields, AMOUNT));
      column = STATED;
      stated = Haler.parse(field(fields, STATED));
    } catch (NumberFormatException e) {
      return bad(account, column, field(fields, column), String.valueOf(e.getMessage()));
    }
    if (amount <= 0) {
      return bad(account, AMOUNT, field(fields, AMOUNT), "must be more than 0");
    }
    if (!seen.add(transaction)) {
      return bad(account, TRANSACTION, transaction, "stands in an earlier line already");
    }
    return new Row(line, transaction, account, credit, amount, stated);
  }

  private String field(List<String> fields, String column) {
    Integer index = columns.get(column);
    return index == null ? "" : fields.get(index).strip();
  }

  private Bad bad(String account, String column, String value, String reason) {
    return new Bad(line, account, column, value, reason);
  }

  /** One line without its end, at most a character longer than is allowed; null at the end. */
  private @Nullable String readLine() throws IOException {
    StringBuilder text = new StringBuilder(96);
    int next = reader.read();
    if (next < 0) {
      return null;
    }
    line++;
    while (next >= 0 && next != '\n') {
      if (text.length() <= LINE_LENGTH_MAX) {
        text.append((char) next);
      }
      next = reader.read();
    }
    if (!text.isEmpty() && text.charAt(text.length() - 1) == '\r') {
      text.setLength(text.length() - 1);
    }
    return text.toString();
  }

  /** Fields of a line; a field in double quotes may hold commas and doubled quotes. */
  private static List<String> split(String text) {
    List<String> fields = new ArrayList<>(8);
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if (at == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (at == '"') {
        quoted = !quoted;
      } else if (at == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(at);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
