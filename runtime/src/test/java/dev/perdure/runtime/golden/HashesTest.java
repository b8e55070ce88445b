package dev.perdure.runtime.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.Wallet;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Hashes that are stored, or that decide where something is stored, never change. */
class HashesTest {

  /** Over the pseudo-random buffer of xxHash's own sanity check ({@code xsum_sanity_check.c}). */
  @Test
  void hashIsTheOfficialXxh64() {
    byte[] buffer = new byte[222];
    long generator = 2_654_435_761L;
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E3779B185EBCA8DL;
    }
    for (String line : Golden.lines("xxh64.txt")) {
      String[] columns = line.split(" ", -1);
      int length = Integer.parseInt(columns[0]);
      long seed = Long.parseLong(columns[1], 16);
      assertThat(Hash64.of(buffer, 0, length, seed))
          .as("%d bytes, seed %x", length, seed)
          .isEqualTo(Long.parseUnsignedLong(columns[2], 16));
    }
  }

  @Test
  void entitiesKeepTheirSlotsAndOperationsTheirHashes() {
    for (String line : Golden.lines("addresses.txt")) {
      String[] columns = line.split(" ", -1);
      EntityAddress address = new EntityAddress(columns[0], columns[1], columns[2]);
      assertThat(address.slot()).as("%s", address).isEqualTo(Integer.parseInt(columns[3]));
      assertThat(address.hash()).isEqualTo(Long.parseUnsignedLong(columns[4], 16));
      assertThat(address.operationHash("op-1")).isEqualTo(Long.parseUnsignedLong(columns[5], 16));
    }
  }

  @Test
  void commandsKeepTheirFingerprints() {
    EntityModel model =
        Objects.requireNonNull(
            new TypeRegistry(List.of(new Wallet.Bundle())).find("wallet"), "wallet");
    for (String line : Golden.lines("command-fingerprints.txt")) {
      String[] columns = line.split(" ", 3);
      byte[] body = columns[2].getBytes(StandardCharsets.UTF_8);
      assertThat(model.body(columns[0], body).fingerprint())
          .as("%s", line)
          .isEqualTo(Long.parseUnsignedLong(columns[1], 16));
    }
    assertThat(model.body(new Wallet.Deposit(5)).fingerprint())
        .as("a record has the fingerprint of its JSON")
        .isEqualTo(
            model.body("deposit", "{\"amount\":5}".getBytes(StandardCharsets.UTF_8)).fingerprint());
  }
}
