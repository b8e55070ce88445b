package dev.perdure.client;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The slot of an entity: the lowest twelve bits of XXH64 of tenant, type and id with their lengths.
 * Fixed for ever, and the same as in a node; both are held to the same vectors by tests.
 *
 * <p>Source: xxHash specification, version 0.1.1, algorithm XXH64, seed 0.
 */
final class Slot {

  /** Number of slots. */
  static final int COUNT = 4096;

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Slot() {}

  static int of(String tenant, String type, String id) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream key = new ByteArrayOutputStream(128);
    name(key, tenant);
    name(key, type);
    key.write(idBytes.length >>> 8);
    key.write(idBytes.length);
    key.writeBytes(idBytes);
    return (int) (hash(key.toByteArray(), 0) & (COUNT - 1));
  }

  private static void name(ByteArrayOutputStream key, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    key.write(bytes.length);
    key.writeBytes(bytes);
  }

  private static long hash(byte[] bytes, long seed) {
    int at = 0;
    long hash = seed + P5;
    if (bytes.length >= 32) {
      long v1 = seed + P1 + P2;
      long v2 = seed + P2;
      long v3 = seed;
      long v4 = seed - P1;
      for (; at <= bytes.length - 32; at += 32) {
        v1 = round(v1, (long) LONGS.get(bytes, at));
        v2 = round(v2, (long) LONGS.get(bytes, at + 8));
        v3 = round(v3, (long) LONGS.get(bytes, at + 16));
        v4 = round(v4, (long) LONGS.get(bytes, at + 24));
      }
      hash =
          Long.rotateLeft(v1, 1)
              + Long.rotateLeft(v2, 7)
              + Long.rotateLeft(v3, 12)
              + Long.rotateLeft(v4, 18);
      hash = merge(merge(merge(merge(hash, v1), v2), v3), v4);
    }
    return finish(bytes, at, hash + bytes.length);
  }

  private static long finish(byte[] bytes, int from, long start) {
    long hash = start;
    int at = from;
    for (; at + 8 <= bytes.length; at += 8) {
      hash ^= round(0, (long) LONGS.get(bytes, at));
      hash = Long.rotateLeft(hash, 27) * P1 + P4;
    }
    if (at + 4 <= bytes.length) {
      hash ^= Integer.toUnsignedLong((int) INTS.get(bytes, at)) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
      at += 4;
    }
    for (; at < bytes.length; at++) {
      hash ^= (bytes[at] & 0xFF) * P5;
      hash = Long.rotateLeft(hash, 11) * P1;
    }
    hash ^= hash >>> 33;
    hash *= P2;
    hash ^= hash >>> 29;
    hash *= P3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }
}
