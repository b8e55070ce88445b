package dev.perdure.runtime.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.type.FieldKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of encoded values is that of the values. */
class OrderedTest {

  private static final int ROUNDS = 20_000;
  private static final List<FieldKind> KINDS = List.of(FieldKind.values());
  private static final long[] EDGES = {
    Long.MIN_VALUE, Long.MIN_VALUE + 1, -256, -1, 0, 1, 255, Long.MAX_VALUE
  };
  private static final String[] LETTERS = {"\0", "\u0001", "a", "b", "é", "€", "\uD83D\uDE00"};

  private final SplittableRandom random = new SplittableRandom(20_261);

  private static byte[] encoded(List<FieldKind> kinds, List<@Nullable Object> values) {
    ByteWriter out = new ByteWriter(64);
    for (int i = 0; i < kinds.size(); i++) {
      Ordered.put(out, kinds.get(i), values.get(i));
    }
    return out.toBytes();
  }

  private @Nullable Object any(FieldKind kind) {
    if (random.nextInt(10) == 0) {
      return null;
    }
    return switch (kind) {
      case TEXT -> text();
      case LONG -> number();
      case BOOLEAN -> random.nextBoolean();
      case INSTANT ->
          Instant.ofEpochSecond(random.nextLong(-3, 3), random.nextInt(3) * 499_999_999L);
    };
  }

  private long number() {
    return random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextLong(-5, 5);
  }

  private String text() {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      out.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return out.toString();
  }

  /** As people would compare them: null first, texts by code point. */
  private static int compare(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return Boolean.compare(one != null, other != null);
    }
    return switch (one) {
      case String text -> Arrays.compare(points(text), points((String) other));
      case Long number -> number.compareTo((Long) other);
      case Boolean bool -> bool.compareTo((Boolean) other);
      case Instant at -> at.compareTo((Instant) other);
      default -> throw new IllegalStateException();
    };
  }

  private static int[] points(String text) {
    return text.codePoints().toArray();
  }

  @Test
  void listsOfValuesKeepTheirOrder() {
    for (int round = 0; round < ROUNDS; round++) {
      List<FieldKind> kinds = new ArrayList<>();
      List<@Nullable Object> one = new ArrayList<>();
      List<@Nullable Object> other = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        FieldKind kind = KINDS.get(random.nextInt(KINDS.size()));
        kinds.add(kind);
        one.add(any(kind));
        other.add(random.nextInt(3) == 0 ? one.getLast() : any(kind));
      }
      int expected = 0;
      for (int i = 0; i < kinds.size() && expected == 0; i++) {
        expected = Integer.signum(compare(one.get(i), other.get(i)));
      }
      int got = Arrays.compareUnsigned(encoded(kinds, one), encoded(kinds, other));
      assertThat(Integer.signum(got)).as("%s and %s", one, other).isEqualTo(expected);
    }
  }

  @Test
  void noValueIsThePrefixOfAnother() {
    for (int round = 0; round < ROUNDS; round++) {
      FieldKind kind = KINDS.get(random.nextInt(KINDS.size()));
      List<@Nullable Object> one = Arrays.asList(any(kind));
      List<@Nullable Object> other = Arrays.asList(any(kind));
      byte[] shorter = encoded(List.of(kind), one);
      byte[] longer = encoded(List.of(kind), other);
      int common = Math.min(shorter.length, longer.length);
      boolean prefix = Arrays.equals(Arrays.copyOf(shorter, common), Arrays.copyOf(longer, common));
      assertThat(prefix).as("%s and %s", one, other).isEqualTo(one.equals(other));
    }
  }

  @Test
  void whatLiesBehindAPrefixIsTheFirstThatDoesNotBeginWithIt() {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(new byte[] {1, (byte) random.nextInt(250, 256), (byte) random.nextInt(254, 256)});
    }
    all.sort(Comparator.comparing(one -> one, Arrays::compareUnsigned));
    for (byte[] one : all) {
      for (int length = 1; length <= 3; length++) {
        byte[] prefix = Arrays.copyOf(one, length);
        byte[] behind = Ordered.behind(prefix);
        for (byte[] other : all) {
          boolean begins = Arrays.equals(Arrays.copyOf(other, length), prefix);
          boolean within =
              Arrays.compareUnsigned(other, prefix) >= 0
                  && Arrays.compareUnsigned(other, behind) < 0;
          assertThat(within).isEqualTo(begins);
        }
      }
    }
    assertThatThrownBy(() -> Ordered.behind(new byte[] {-1, -1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
