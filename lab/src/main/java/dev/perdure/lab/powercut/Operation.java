package dev.perdure.lab.powercut;

import java.lang.foreign.MemorySegment;

/**
 * One recorded call. Its position in the trace is its sequence number. Paths are relative to the
 * root; an inode number may name different files over time.
 */
sealed interface Operation {

  /** A directory that was there before the process started. */
  record BaseDirectory(String path, long inode, int mode) implements Operation {}

  /** A file that was there before the process started. */
  record BaseFile(String path, long inode, int mode, MemorySegment content) implements Operation {}

  /** See {@link dev.perdure.lab.powercut.Mark}. */
  record Marked(String text) implements Operation {}

  /** A new, empty file. */
  record Create(String path, long inode, int mode) implements Operation {}

  /** Bytes written. Through: the descriptor or the call asked for synchronous writes. */
  record Write(long inode, long offset, boolean through, MemorySegment data) implements Operation {}

  /** A new size. */
  record Truncate(long inode, long size) implements Operation {}

  /** fallocate with its mode. */
  record Allocate(long inode, int mode, long offset, long length) implements Operation {
    static final int KEEP_SIZE = 1;
    static final int PUNCH_HOLE = 2;
    static final int ZERO_RANGE = 16;
  }

  /** renameat2 with its flags. */
  record Rename(String from, String to, int flags) implements Operation {
    static final int NO_REPLACE = 1;
    static final int EXCHANGE = 2;
  }

  /** A second name. */
  record Link(String from, String to) implements Operation {}

  /** A name removed. */
  record Unlink(String path) implements Operation {}

  /** A new directory. */
  record MakeDirectory(String path, long inode, int mode) implements Operation {}

  /** A directory removed. */
  record RemoveDirectory(String path) implements Operation {}

  /** New permission bits. */
  record ChangeMode(long inode, int mode) implements Operation {}

  /** A sync begins; the next {@link SyncEnd} of the thread ends it. */
  record SyncBegin(String path, long inode, SyncCall call, int thread) implements Operation {}

  /** A sync returned. */
  record SyncEnd(int thread, int error) implements Operation {}

  /** Something went past the recorder. */
  record Warning(String path, String text) implements Operation {}
}
