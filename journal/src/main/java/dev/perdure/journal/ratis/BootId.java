package dev.perdure.journal.ratis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Tells one run of the machine from the next: within one, the page cache kept everything that was
 * written. Zero where the system does not say.
 */
record BootId(long high, long low) {

  private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");

  boolean known() {
    return high != 0 || low != 0;
  }

  static BootId current() {
    try {
      UUID id = UUID.fromString(Files.readString(LINUX, StandardCharsets.US_ASCII).strip());
      return new BootId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    } catch (IOException | IllegalArgumentException e) {
      return new BootId(0, 0);
    }
  }
}
