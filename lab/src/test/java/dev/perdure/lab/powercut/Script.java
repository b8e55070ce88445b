package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes traces by hand: what a process would have done, without the process. */
final class Script {

  final List<Operation> operations = new ArrayList<>();
  private final Map<String, Long> inodes = new HashMap<>();
  private long nextInode = 100;

  Script() {
    inodes.put("", 1L);
    operations.add(new Operation.BaseDirectory("", 1, 0755));
  }

  Trace trace() {
    return new Trace(operations);
  }

  long now() {
    return operations.size();
  }

  Script base(String path, byte[] content) {
    return add(new Operation.BaseFile(path, newInode(path), 0644, MemorySegment.ofArray(content)));
  }

  Script create(String path) {
    return add(new Operation.Create(path, newInode(path), 0644));
  }

  Script mkdir(String path) {
    return add(new Operation.MakeDirectory(path, newInode(path), 0755));
  }

  Script write(String path, long at, String text) {
    return write(path, at, text.getBytes(UTF_8), false);
  }

  Script write(String path, long at, byte[] data, boolean through) {
    return add(new Operation.Write(inode(path), at, through, MemorySegment.ofArray(data)));
  }

  Script truncate(String path, long size) {
    return add(new Operation.Truncate(inode(path), size));
  }

  Script allocate(String path, int mode, long at, long length) {
    return add(new Operation.Allocate(inode(path), mode, at, length));
  }

  Script rename(String from, String to) {
    inodes.put(to, inode(from));
    return add(new Operation.Rename(from, to, 0));
  }

  Script link(String from, String to) {
    inodes.put(to, inode(from));
    return add(new Operation.Link(from, to));
  }

  Script unlink(String path) {
    return add(new Operation.Unlink(path));
  }

  Script mark(String text) {
    return add(new Operation.Marked(text));
  }

  Script fsync(String path) {
    return sync(path, SyncCall.FSYNC, 0);
  }

  Script fdatasync(String path) {
    return sync(path, SyncCall.FDATASYNC, 0);
  }

  Script sync(String path, SyncCall call, int error) {
    return begin(path, call, 7).end(7, error);
  }

  Script begin(String path, SyncCall call, int thread) {
    return add(new Operation.SyncBegin(path, inode(path), call, thread));
  }

  Script end(int thread, int error) {
    return add(new Operation.SyncEnd(thread, error));
  }

  private Script add(Operation operation) {
    operations.add(operation);
    return this;
  }

  private long newInode(String path) {
    inodes.put(path, nextInode);
    return nextInode++;
  }

  private long inode(String path) {
    return inodes.get(path);
  }
}
