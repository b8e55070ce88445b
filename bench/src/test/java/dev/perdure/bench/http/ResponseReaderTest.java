package dev.perdure.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {

  private static final String WITH_LENGTH =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-LENGTH: 13\r\n\r\n{\"balance\":7}";
  private static final String IN_CHUNKS =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "Transfer-Encoding: chunked",
          "",
          "b;x=y",
          "{\"balance\":",
          "2",
          "7}",
          "0",
          "Trailer: x",
          "",
          "");

  private final ResponseReader reader = new ResponseReader();

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void readsByteByByte(String response) throws IOException {
    for (int at = 0; at < response.length(); at++) {
      boolean last = at == response.length() - 1;
      assertThat(reader.read(bytes(response.substring(at, at + 1)))).isEqualTo(last);
    }
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.body()).isEqualTo("{\"balance\":7}");
  }

  @Test
  void readsABodyWithALengthInAnyPieces() throws IOException {
    readsByteByByte(WITH_LENGTH);
  }

  @Test
  void readsABodyInChunksInAnyPieces() throws IOException {
    readsByteByByte(IN_CHUNKS);
  }

  @Test
  void readsOneResponseAfterTheOther() throws IOException {
    ByteBuffer both = bytes(WITH_LENGTH + IN_CHUNKS);
    assertThat(reader.read(both)).isTrue();
    assertThat(both.remaining()).isEqualTo(IN_CHUNKS.length());
    reader.next();
    assertThat(reader.read(both)).isTrue();
    assertThat(both.hasRemaining()).isFalse();
    assertThat(reader.body()).isEqualTo("{\"balance\":7}");
  }

  @Test
  void completesWithoutABody() throws IOException {
    assertThat(reader.read(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).isTrue();
    assertThat(reader.status()).isEqualTo(204);
  }

  @Test
  void keepsOnlyTheStartOfALongBody() throws IOException {
    String body = "x".repeat(10_000);
    String response = "HTTP/1.1 500 Error\r\nContent-Length: 10000\r\n\r\n" + body;
    assertThat(reader.read(bytes(response))).isTrue();
    assertThat(reader.body()).hasSize(4_096);
  }

  @Test
  void refusesWhatIsNotHttp() {
    assertThatThrownBy(() -> reader.read(bytes("SSH-2.0-OpenSSH\r\n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a status line");
  }
}
