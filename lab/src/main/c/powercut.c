/*
 * Records everything a process does to the files below one directory, in true order.
 *
 * Preloaded into the process (LD_PRELOAD), with PERDURE_POWERCUT_ROOT naming the directory and
 * PERDURE_POWERCUT_TRACE a trace file prepared by the harness. Every call that changes a file or a
 * name takes one lock around the call and its record. A sync is recorded when it begins and when it
 * ends, without the lock in between, so that what another thread writes meanwhile does not count as
 * covered. What cannot be recorded faithfully (shared writable mappings, moves across the border of
 * the root) leaves a WARNING.
 *
 * The kernel is called directly, not through dlsym: the at-forms of the calls exist on every
 * architecture, and nothing depends on the order in which libraries are initialised. Both names of
 * the calls with a 64 bit variant are defined, as the JVM and RocksDB use different ones. Names are
 * in powercut_names.c, stdio in powercut_stdio.c.
 */
#define _GNU_SOURCE
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AT_CURSOR ((off_t)-1)
/* A second name for the same function: off_t has 64 bits in both. */
#define ALSO(name) __attribute__((alias(#name)))

/* ---- opening and closing ------------------------------------------------------------------- */

static void record_opened(int fd, const char *path, int existed, off_t old_size) {
  struct stat st;
  if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return;
  if (!existed)
    trace_append(&(struct event){
        .kind = CREATE, .path = path, .inode = st.st_ino, .flags = st.st_mode & 07777});
  else if (old_size > 0 && st.st_size == 0)
    trace_append(&(struct event){.kind = TRUNCATE, .inode = st.st_ino});
}

static int open_at(int dirfd, const char *path, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char *inside = NULL;
  int changes = flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR);
  if (changes) inside = path_inside(dirfd, path, buffer);
  if (inside && is_mark_path(inside)) {
    int fd = open_mark();
    fd_forget(fd);
    return fd;
  }
  if (!inside || (flags & O_TMPFILE) == O_TMPFILE) {
    int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
    fd_forget(fd);
    if (inside && fd >= 0) trace_warn(inside, "opened with O_TMPFILE");
    return fd;
  }
  trace_lock();
  struct stat before;
  int existed = fstatat(dirfd, path, &before, 0) == 0;
  int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
  int saved = errno;
  fd_forget(fd);
  if (fd >= 0) record_opened(fd, inside, existed, existed ? before.st_size : 0);
  trace_unlock();
  errno = saved;
  return fd;
}

static mode_t mode_of(int flags, va_list more) {
  return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) ALSO(open);

int openat(int dirfd, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_at(dirfd, path, flags, mode);
}
int openat64(int dirfd, const char *path, int flags, ...) ALSO(openat);

/* What a caller compiled with _FORTIFY_SOURCE calls. */
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) ALSO(__open_2);
int __openat_2(int dirfd, const char *path, int flags) { return open_at(dirfd, path, flags, 0); }
int __openat64_2(int dirfd, const char *path, int flags) ALSO(__openat_2);

int creat(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) ALSO(creat);

int close(int fd) {
  if (is_trace_fd(fd)) return 0;
  fd_forget(fd); /* before the number is free for another thread */
  return (int)syscall(SYS_close, fd);
}

int close_range(unsigned first, unsigned last, int flags) {
  fd_forget_all();
  int r = 0;
  for (unsigned fd = first; fd <= last && fd < (1u << 20); fd++)
    if (flags & CLOSE_RANGE_CLOEXEC)
      syscall(SYS_fcntl, fd, F_SETFD, (long)FD_CLOEXEC);
    else if (!is_trace_fd((int)fd))
      syscall(SYS_close, fd);
  return r;
}

/* A duplicate is found out by /proc when it is first used. */
int dup(int fd) {
  int copy = (int)syscall(SYS_dup, fd);
  fd_forget(copy);
  return copy;
}

int dup3(int from, int to, int flags) {
  if (is_trace_fd(to)) return errno = EBADF, -1;
  int copy = (int)syscall(SYS_dup3, from, to, flags);
  fd_forget(to);
  return copy;
}

int dup2(int from, int to) {
  if (from != to) return dup3(from, to, 0);
  return syscall(SYS_fcntl, from, F_GETFD, 0L) < 0 ? -1 : to;
}

int fcntl(int fd, int command, ...) {
  va_list more;
  va_start(more, command);
  long argument = va_arg(more, long);
  va_end(more);
  int r = (int)syscall(SYS_fcntl, fd, command, argument);
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) fd_forget(r);
  if (command == F_SETFL) fd_forget(fd); /* O_APPEND may have changed */
  return r;
}
int fcntl64(int fd, int command, ...) ALSO(fcntl);

/* ---- contents ------------------------------------------------------------------------------ */

static size_t bytes_of(const struct iovec *parts, int count) {
  size_t sum = 0;
  for (int i = 0; i < count; i++) sum += parts[i].iov_len;
  return sum;
}

static long write_call(int fd, const struct iovec *parts, int count, off_t at, int flags) {
  if (flags) return syscall(SYS_pwritev2, fd, parts, (long)count, (long)at, 0L, (long)flags);
  if (count != 1 && at == AT_CURSOR) return syscall(SYS_writev, fd, parts, (long)count);
  if (count != 1) return syscall(SYS_pwritev, fd, parts, (long)count, (long)at, 0L);
  if (at == AT_CURSOR) return syscall(SYS_write, fd, parts->iov_base, parts->iov_len);
  return syscall(SYS_pwrite64, fd, parts->iov_base, parts->iov_len, (long)at);
}

/* Where the bytes of a finished write went. Linux appends even with pwrite when O_APPEND is set. */
static off_t landed(int fd, const struct stat *st, off_t at, long bytes, int flags) {
  if (fd_appends(fd) || (flags & RWF_APPEND)) return st->st_size - bytes;
  return at == AT_CURSOR ? (off_t)syscall(SYS_lseek, fd, 0L, SEEK_CUR) - bytes : at;
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t at, int flags) {
  enum target target = fd_target(fd);
  if (target == OUTSIDE || target == UNKNOWN) return write_call(fd, parts, count, at, flags);
  size_t wanted = bytes_of(parts, count);
  if (target == MARKER) {
    trace_lock();
    trace_append(
        &(struct event){.kind = MARK, .data = parts, .parts = count, .data_bytes = wanted});
    trace_unlock();
    return (ssize_t)wanted;
  }
  trace_lock();
  long done = write_call(fd, parts, count, at, flags);
  int saved = errno;
  struct stat st;
  if (done > 0 && fstat(fd, &st) == 0) {
    int through = fd_writes_through(fd) || (flags & (RWF_DSYNC | RWF_SYNC));
    trace_append(&(struct event){
        .kind = WRITE,
        .inode = st.st_ino,
        .flags = through ? FLAG_WRITE_THROUGH : 0,
        .offset = (uint64_t)landed(fd, &st, at, done, flags),
        .data = parts,
        .parts = count,
        .data_bytes = (size_t)done});
  }
  trace_unlock();
  errno = saved;
  return done;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  struct iovec one = {(void *)bytes, count};
  return write_parts(fd, &one, 1, AT_CURSOR, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  if (at < 0) return errno = EINVAL, -1;
  struct iovec one = {(void *)bytes, count};
  return write_parts(fd, &one, 1, at, 0);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) ALSO(pwrite);

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return write_parts(fd, parts, count, AT_CURSOR, 0);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  if (at < 0) return errno = EINVAL, -1;
  return write_parts(fd, parts, count, at, 0);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) ALSO(pwritev);

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
  return write_parts(fd, parts, count, at, flags);
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off_t at, int flags)
    ALSO(pwritev2);

/* Bytes that the kernel moved by itself are read back, as a plain write. Caller holds the lock. */
static void record_moved(int fd, off_t at, long count) {
  struct stat st;
  char *bytes = malloc((size_t)count);
  if (!bytes) abort();
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* fd itself may be open for writing only */
  int in = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  long got = 0;
  while (in >= 0 && got < count) {
    long n = syscall(SYS_pread64, in, bytes + got, (size_t)(count - got), (long)(at + got));
    if (n <= 0) break;
    got += n;
  }
  if (in >= 0) syscall(SYS_close, in);
  struct iovec one = {bytes, (size_t)got};
  if (fstat(fd, &st) == 0)
    trace_append(&(struct event){
        .kind = WRITE,
        .inode = st.st_ino,
        .flags = fd_writes_through(fd) ? FLAG_WRITE_THROUGH : 0,
        .offset = (uint64_t)at,
        .data = &one,
        .parts = 1,
        .data_bytes = (size_t)got});
  free(bytes);
}

ssize_t sendfile(int out, int in, off_t *from, size_t count) {
  if (fd_target(out) != INSIDE) return syscall(SYS_sendfile, out, in, from, count);
  trace_lock();
  long at = syscall(SYS_lseek, out, 0L, SEEK_CUR);
  long done = syscall(SYS_sendfile, out, in, from, count);
  int saved = errno;
  if (done > 0) record_moved(out, at, done);
  trace_unlock();
  errno = saved;
  return done;
}
ssize_t sendfile64(int out, int in, off_t *from, size_t count) ALSO(sendfile);

static ssize_t move_bytes(long call, int in, off_t *from, int out, off_t *to, size_t n, unsigned f) {
  if (fd_target(out) != INSIDE) return syscall(call, in, from, out, to, n, f);
  trace_lock();
  long at = to ? *to : syscall(SYS_lseek, out, 0L, SEEK_CUR);
  long done = syscall(call, in, from, out, to, n, f);
  int saved = errno;
  if (done > 0) record_moved(out, at, done);
  trace_unlock();
  errno = saved;
  return done;
}

ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t n, unsigned flags) {
  return move_bytes(SYS_copy_file_range, in, from, out, to, n, flags);
}

ssize_t splice(int in, off_t *from, int out, off_t *to, size_t n, unsigned flags) {
  return move_bytes(SYS_splice, in, from, out, to, n, flags);
}

/* Runs a call that changes an open file and records it when it succeeded. */
static int change_fd(int fd, long call, const long arguments[3], struct event event) {
  if (fd_target(fd) != INSIDE)
    return (int)syscall(call, fd, arguments[0], arguments[1], arguments[2]);
  trace_lock();
  int r = (int)syscall(call, fd, arguments[0], arguments[1], arguments[2]);
  int saved = errno;
  struct stat st;
  if (r == 0 && fstat(fd, &st) == 0) {
    event.inode = st.st_ino;
    trace_append(&event);
  }
  trace_unlock();
  errno = saved;
  return r;
}

int ftruncate(int fd, off_t size) {
  return change_fd(fd, SYS_ftruncate, (long[]){size, 0, 0},
                   (struct event){.kind = TRUNCATE, .length = (uint64_t)size});
}
int ftruncate64(int fd, off_t size) ALSO(ftruncate);

int fallocate(int fd, int mode, off_t at, off_t length) {
  return change_fd(fd, SYS_fallocate, (long[]){mode, at, length},
                   (struct event){.kind = ALLOCATE,
                                  .flags = (uint32_t)mode,
                                  .offset = (uint64_t)at,
                                  .length = (uint64_t)length});
}
int fallocate64(int fd, int mode, off_t at, off_t length) ALSO(fallocate);

/* Returns the error instead of setting errno. A file system without fallocate refuses here, where
 * the C library would write zeros by itself, unseen. */
int posix_fallocate(int fd, off_t at, off_t length) {
  int saved = errno;
  int error = fallocate(fd, 0, at, length) == 0 ? 0 : errno;
  errno = saved;
  return error;
}
int posix_fallocate64(int fd, off_t at, off_t length) ALSO(posix_fallocate);

int truncate(const char *path, off_t size) {
  char buffer[PATH_MAX];
  if (!path_inside(AT_FDCWD, path, buffer)) return (int)syscall(SYS_truncate, path, (long)size);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  fd_forget(fd);
  int r = ftruncate(fd, size);
  int saved = errno;
  close(fd);
  errno = saved;
  return r;
}
int truncate64(const char *path, off_t size) ALSO(truncate);

int fchmod(int fd, mode_t mode) {
  return change_fd(fd, SYS_fchmod, (long[]){(long)mode, 0, 0},
                   (struct event){.kind = CHMOD, .flags = mode & 07777});
}

int fchmodat(int dirfd, const char *path, mode_t mode, int flags) {
  (void)flags; /* the kernel's call knows none either */
  char buffer[PATH_MAX];
  if (!path_inside(dirfd, path, buffer)) return (int)syscall(SYS_fchmodat, dirfd, path, mode);
  trace_lock();
  int r = (int)syscall(SYS_fchmodat, dirfd, path, mode);
  int saved = errno;
  struct stat st;
  if (r == 0 && fstatat(dirfd, path, &st, 0) == 0)
    trace_append(
        &(struct event){.kind = CHMOD, .inode = st.st_ino, .flags = st.st_mode & 07777});
  trace_unlock();
  errno = saved;
  return r;
}

int chmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }

void *mmap(void *hint, size_t bytes, int protection, int flags, int fd, off_t at) {
  char buffer[PATH_MAX];
  if (fd >= 0 && (protection & PROT_WRITE) && (flags & MAP_TYPE) != MAP_PRIVATE &&
      fd_target(fd) == INSIDE)
    trace_warn(fd_path(fd, buffer), "mapped shared and writable: what it writes is not seen");
  return (void *)syscall(SYS_mmap, hint, bytes, (long)protection, (long)flags, (long)fd, at);
}
void *mmap64(void *hint, size_t bytes, int protection, int flags, int fd, off_t at) ALSO(mmap);

/* ---- syncs --------------------------------------------------------------------------------- */

/* A program with a mistake, made from a right one: the sync says it succeeded, and never was. */
static int left_out(const char *path) {
  const char *glob = getenv("PERDURE_POWERCUT_UNSYNCED");
  return glob && fnmatch(glob, path, 0) == 0;
}

static int sync_fd(int fd, enum sync_call which, long call, const long arguments[3]) {
  char buffer[PATH_MAX];
  struct stat st;
  const char *path = recording() && !is_trace_fd(fd) ? fd_path(fd, buffer) : NULL;
  if (!path || fstat(fd, &st))
    return (int)syscall(call, fd, arguments[0], arguments[1], arguments[2]);
  if (left_out(path)) return 0;
  trace_lock();
  trace_append(&(struct event){
      .kind = SYNC_BEGIN, .path = path, .inode = st.st_ino, .flags = (uint32_t)which});
  trace_unlock();
  int r = (int)syscall(call, fd, arguments[0], arguments[1], arguments[2]);
  int saved = errno;
  trace_lock();
  trace_append(&(struct event){.kind = SYNC_END, .error = r == 0 ? 0 : saved});
  trace_unlock();
  errno = saved;
  return r;
}

int fsync(int fd) { return sync_fd(fd, CALL_FSYNC, SYS_fsync, (long[]){0, 0, 0}); }
int fdatasync(int fd) { return sync_fd(fd, CALL_FDATASYNC, SYS_fdatasync, (long[]){0, 0, 0}); }

int sync_file_range(int fd, off_t at, off_t bytes, unsigned flags) {
  return sync_fd(fd, CALL_SYNC_FILE_RANGE, SYS_sync_file_range, (long[]){at, bytes, (long)flags});
}

int syncfs(int fd) { return sync_fd(fd, CALL_SYNC_ALL, SYS_syncfs, (long[]){0, 0, 0}); }

void sync(void) {
  if (!recording()) {
    syscall(SYS_sync);
    return;
  }
  trace_lock();
  trace_append(&(struct event){.kind = SYNC_BEGIN, .flags = CALL_SYNC_ALL});
  trace_unlock();
  syscall(SYS_sync);
  trace_lock();
  trace_append(&(struct event){.kind = SYNC_END});
  trace_unlock();
}

int msync(void *start, size_t bytes, int flags) {
  if (recording() && (flags & MS_SYNC)) trace_warn(NULL, "msync: the mapping it syncs is not seen");
  return (int)syscall(SYS_msync, start, bytes, (long)flags);
}
