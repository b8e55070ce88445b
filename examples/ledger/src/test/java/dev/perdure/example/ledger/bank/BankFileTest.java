package dev.perdure.example.ledger.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.BankLine.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BankFileTest {

  private static final String HEADER =
      "trans_id,account_id,date,direction,amount,stated_balance,balance_consistent\n";

  @Test
  void readsRows() throws IOException {
    assertThat(
            read(
                HEADER + "276,2,1993-02-26,credit,1100.00,1100.00,1\r\n279,2,x,debit,0.1,1099.9,1"))
        .containsExactly(
            new Row(2, "276", "2", true, 110_000, 110_000),
            new Row(3, "279", "2", false, 10, 109_990));
  }

  @Test
  void findsColumnsByNameAndUnderstandsQuotesBlankLinesAndAByteOrderMark() throws IOException {
    assertThat(
            read(
                "\ufeffamount,account_id,trans_id,stated_balance,direction,note\n"
                    + "\n\"12.5\",7,1,-3,credit,\"a, \"\"b\"\"\"\n"))
        .containsExactly(new Row(3, "1", "7", true, 1250, -300));
  }

  @Test
  void reportsWhatCannotBeReadWithLineColumnAndValueAndGoesOn() throws IOException {
    List<BankLine> lines =
        read(
            HEADER
                + "1,2,d,credit,abc,1,1\n"
                + "2,2,d,credit,1.001,1,1\n"
                + "3,2,d,credit,0.00,1,1\n"
                + "4,2,d,credit,-1,1,1\n"
                + "5,2,d,transfer,1,1,1\n"
                + "6,,d,credit,1,1,1\n"
                + ",2,d,credit,1,1,1\n"
                + "8,2,d,credit,1\n"
                + "9,2,d,credit,1,NaN,1\n"
                + "10,2,d,credit,90071992547409.92,1,1\n"
                + "11,2,d,credit,1e3,1,1\n"
                + "12,2,d,credit,1,1,1\n"
                + "12,2,d,credit,1,1,1\n"
                + "13,\u00e1,d,credit,1,1,1\n");
    assertThat(lines.stream().filter(Bad.class::isInstance).map(line -> ((Bad) line).message()))
        .containsExactly(
            "line 2, column amount: \"abc\" is not a decimal number such as 1100.00",
            "line 3, column amount: \"1.001\" has more than two decimals",
            "line 4, column amount: \"0.00\" must be more than 0",
            "line 5, column amount: \"-1\" must be more than 0",
            "line 6, column direction: \"transfer\" must be credit or debit",
            "line 7, column account_id: \"\" must be 1 to 64 printable ASCII characters without"
                + " spaces",
            "line 8, column trans_id: \"\" must be 1 to 64 printable ASCII characters without"
                + " spaces",
            "line 9: has 5 columns instead of the header's 7: \"8,2,d,credit,1\"",
            "line 10, column stated_balance: \"NaN\" is not a decimal number such as 1100.00",
            "line 11, column amount: \"90071992547409.92\" is beyond 90071992547409.91 CZK",
            "line 12, column amount: \"1e3\" is not a decimal number such as 1100.00",
            "line 14, column trans_id: \"12\" stands in an earlier line already",
            "line 15, column account_id: \"\u00e1\" must be 1 to 64 printable ASCII characters"
                + " without spaces");
    assertThat(lines).contains(new Row(13, "12", "2", true, 100, 100));
  }

  @Test
  void survivesBytesThatAreNoText() throws IOException {
    byte[] noise = new byte[40_000];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) (i * 31 | 0x80);
    }
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[header.length + noise.length];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(noise, 0, all, header.length, noise.length);
    try (BankFile file = BankFile.open(new ByteArrayInputStream(all), "noise")) {
      assertThat(file.next()).isInstanceOf(Bad.class);
      assertThat(file.next()).isNull();
      assertThat(file.bytesRead()).isEqualTo(all.length);
    }
  }

  @Test
  void refusesAFileOfAnotherKind() {
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(BankFileException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> read("a,b,c\n1,2,3\n"))
        .hasMessage("test, line 1: column 'trans_id' is missing; the header has [a, b, c]");
  }

  @Test
  void writesHalerAsCrowns() {
    assertThat(Haler.format(0)).isEqualTo("0.00");
    assertThat(Haler.format(-5)).isEqualTo("-0.05");
    assertThat(Haler.format(-123_456)).isEqualTo("-1234.56");
    assertThat(Haler.parse("-0.05")).isEqualTo(-5);
    assertThat(Haler.parse("7")).isEqualTo(700);
    assertThat(Haler.parse("1.100")).isEqualTo(110);
  }

  private static List<BankLine> read(String text) throws IOException {
    List<BankLine> lines = new ArrayList<>();
    try (BankFile file =
        BankFile.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "test")) {
      for (BankLine line = file.next(); line != null; line = file.next()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
