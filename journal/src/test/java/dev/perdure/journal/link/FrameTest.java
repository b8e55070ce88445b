package dev.perdure.journal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class FrameTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> read(byte[] frame) {
    List<String> read = new ArrayList<>();
    Frame.read(
        frame,
        (number, message) -> read.add(number + ":" + new String(message, StandardCharsets.UTF_8)));
    return read;
  }

  @Test
  void givesBackWhatItWasMadeOf() {
    byte[] frame =
        Frame.of(
            List.of(
                new Frame.Numbered(7, bytes("seven")),
                new Frame.Numbered(Long.MAX_VALUE, bytes("")),
                new Frame.Numbered(8, bytes("eight"))));
    assertThat(read(frame)).containsExactly("7:seven", Long.MAX_VALUE + ":", "8:eight");
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void refusesWhatIsCutOffOrClaimsTooMuch() {
    byte[] frame = Frame.of(List.of(new Frame.Numbered(7, bytes("seven"))));
    for (int length = 1; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    frame[8] = (byte) 0x80; // the length is negative
    assertThatThrownBy(() -> read(frame)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOutboxSendsAllInOrderInFewerFramesThanMessages() {
    var frames = new ConcurrentLinkedQueue<byte[]>();
    Outbox outbox = new Outbox(frames::add);
    List<String> sent = new ArrayList<>();
    int count = 5_000;
    for (int number = 0; number < count; number++) {
      outbox.add(number, bytes("m" + number));
      sent.add(number + ":m" + number);
    }
    outbox.addNow(count, bytes("last")); // takes along whatever is not on its way yet
    sent.add(count + ":last");
    List<String> got = new ArrayList<>();
    frames.forEach(frame -> got.addAll(read(frame)));
    assertThat(got).isEqualTo(sent);
    assertThat(frames).hasSizeLessThan(count);
  }

  @Test
  void aFrameHoldsOneMessageThatIsLargerThanOthersTogether() {
    var frames = new ConcurrentLinkedQueue<byte[]>();
    Outbox outbox = new Outbox(frames::add);
    outbox.addNow(1, new byte[1 << 20]);
    outbox.addNow(2, bytes("small"));
    assertThat(frames).hasSize(2);
  }
}
