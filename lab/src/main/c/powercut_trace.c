/* The recorder's own half: where the trace is, its lock, and which descriptors are inside the root. */
#define _GNU_SOURCE
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS_MAX (1 << 20)
#define TRACE_FD_MIN 700 /* out of the way of programs that number their descriptors by hand */
#define TARGET_BITS 0x0f
#define APPENDS 0x10
#define WRITES_THROUGH 0x20

static char root[PATH_MAX];
static size_t root_bytes;
static char trace_path[PATH_MAX];
static char mark_path[PATH_MAX + 8];
static int trace_fd = -1;
static struct trace_header *header;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int active;
static unsigned char fds[FDS_MAX];

/* A gap in the trace would be taken for a loss of data by the process: better to end loudly. */
static void give_up(const char *why) {
  fprintf(stderr, "powercut recorder: %s (%s): %s\n", why, trace_path, strerror(errno));
  abort();
}

static void open_trace(void) {
  int fd = (int)syscall(SYS_openat, AT_FDCWD, trace_path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) give_up("cannot open the trace");
  int high = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, (long)TRACE_FD_MIN);
  if (high >= 0) {
    syscall(SYS_close, fd);
    fd = high;
  }
  trace_fd = fd;
}

/* A forked child shares the open file description, and with it the lock, of its parent. */
static void after_fork(void) {
  pthread_mutex_init(&mutex, NULL);
  syscall(SYS_close, trace_fd);
  open_trace();
}

static void start(void) {
  const char *wanted = getenv("PERDURE_POWERCUT_ROOT");
  const char *trace = getenv("PERDURE_POWERCUT_TRACE");
  if (!wanted || !trace) return;
  if (!realpath(trace, trace_path)) {
    snprintf(trace_path, sizeof trace_path, "%s", trace);
    give_up("cannot find PERDURE_POWERCUT_TRACE");
  }
  if (!realpath(wanted, root)) give_up("cannot resolve PERDURE_POWERCUT_ROOT");
  root_bytes = strlen(root);
  snprintf(mark_path, sizeof mark_path, "%s.marks", trace_path);
  open_trace();
  /* Not mmap(): that one asks whether this process is recorded, which is being found out here. */
  header = (void *)syscall(SYS_mmap, 0L, (long)TRACE_HEADER_BYTES, (long)(PROT_READ | PROT_WRITE),
                           (long)MAP_SHARED, (long)trace_fd, 0L);
  if (header == MAP_FAILED) give_up("cannot map the trace");
  if (memcmp(header->magic, TRACE_MAGIC, sizeof header->magic)) give_up("not a trace");
  pthread_atfork(NULL, NULL, after_fork);
  active = 1;
}

__attribute__((constructor)) static void load(void) { pthread_once(&once, start); }

int recording(void) {
  pthread_once(&once, start);
  return active;
}

/* Open-file-description locks exclude the harness too, which takes its lock with FileChannel.lock. */
static void file_lock(short type) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
  while (syscall(SYS_fcntl, trace_fd, type == F_UNLCK ? F_OFD_SETLK : F_OFD_SETLKW, &lock) < 0)
    if (errno != EINTR) give_up("cannot lock the trace");
}

void trace_lock(void) {
  pthread_mutex_lock(&mutex);
  file_lock(F_WRLCK);
}

void trace_unlock(void) {
  file_lock(F_UNLCK);
  pthread_mutex_unlock(&mutex);
}

static void put(const void *bytes, size_t count, uint64_t *at) {
  const char *from = bytes;
  while (count > 0) {
    long done = syscall(SYS_pwrite64, trace_fd, from, count, (long)*at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) give_up("cannot write the trace");
    from += done;
    count -= (size_t)done;
    *at += (uint64_t)done;
  }
}

void trace_append(const struct event *e) {
  struct record_head head = {
      .kind = e->kind,
      .flags = e->flags,
      .thread = (uint32_t)syscall(SYS_gettid),
      .error = e->error,
      .path_bytes = e->path ? (uint32_t)strlen(e->path) : 0,
      .other_bytes = e->other ? (uint32_t)strlen(e->other) : 0,
      .inode = e->inode,
      .offset = e->offset,
      .length = e->length,
      .data_bytes = e->data_bytes,
  };
  head.bytes = (uint32_t)(sizeof head + head.path_bytes + head.other_bytes + e->data_bytes);
  uint64_t at = header->valid_bytes;
  char start[sizeof head + 2 * PATH_MAX];
  memcpy(start, &head, sizeof head);
  memcpy(start + sizeof head, e->path ? e->path : "", head.path_bytes);
  memcpy(start + sizeof head + head.path_bytes, e->other ? e->other : "", head.other_bytes);
  put(start, sizeof head + head.path_bytes + head.other_bytes, &at);
  size_t left = e->data_bytes; /* the call may have taken less than it was given */
  for (int i = 0; i < e->parts && left > 0; i++) {
    size_t part = e->data[i].iov_len < left ? e->data[i].iov_len : left;
    put(e->data[i].iov_base, part, &at);
    left -= part;
  }
  header->valid_bytes = at;
}

void trace_warn(const char *path, const char *what) {
  int saved = errno;
  struct iovec text = {(void *)what, strlen(what)};
  trace_lock();
  trace_append(&(struct event){
      .kind = WARNING, .path = path, .data = &text, .parts = 1, .data_bytes = text.iov_len});
  trace_unlock();
  errno = saved;
}

int is_trace_fd(int fd) { return active && fd == trace_fd; }

/* Descriptors. The cache is only ever filled here or by open_mark, and forgotten by every call that
 * closes or replaces a descriptor. A child of vfork may empty it: that costs time, not truth. */

static const char *inside(const char *absolute) {
  if (strncmp(absolute, root, root_bytes)) return NULL;
  if (absolute[root_bytes] == 0) return "";
  return absolute[root_bytes] == '/' ? absolute + root_bytes + 1 : NULL;
}

static const char *proc_path(int fd, char buffer[PATH_MAX]) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, buffer, PATH_MAX - 1);
  if (n < 0) return NULL;
  buffer[n] = 0;
  return buffer;
}

const char *fd_path(int fd, char buffer[PATH_MAX]) {
  int saved = errno;
  const char *path = proc_path(fd, buffer);
  errno = saved;
  return path ? inside(path) : NULL;
}

static unsigned char resolve(int fd) {
  char buffer[PATH_MAX];
  struct stat st;
  const char *path = proc_path(fd, buffer);
  if (!path) return UNKNOWN;
  if (!strcmp(path, mark_path)) return MARKER;
  if (!inside(path) || fstat(fd, &st) || !S_ISREG(st.st_mode)) return OUTSIDE;
  long flags = syscall(SYS_fcntl, fd, F_GETFL, 0L);
  unsigned char entry = INSIDE;
  if (flags & O_APPEND) entry |= APPENDS;
  if (flags & (O_SYNC | O_DSYNC)) entry |= WRITES_THROUGH;
  return entry;
}

static unsigned char entry_of(int fd) {
  if (!recording() || fd < 0 || fd == trace_fd) return OUTSIDE;
  if (fd >= FDS_MAX) return resolve(fd);
  unsigned char entry = __atomic_load_n(&fds[fd], __ATOMIC_ACQUIRE);
  if (entry != UNKNOWN) return entry;
  int saved = errno;
  entry = resolve(fd);
  __atomic_store_n(&fds[fd], entry, __ATOMIC_RELEASE);
  errno = saved;
  return entry;
}

enum target fd_target(int fd) { return (enum target)(entry_of(fd) & TARGET_BITS); }
int fd_appends(int fd) { return entry_of(fd) & APPENDS; }
int fd_writes_through(int fd) { return entry_of(fd) & WRITES_THROUGH; }

void fd_forget(int fd) {
  if (fd >= 0 && fd < FDS_MAX) __atomic_store_n(&fds[fd], UNKNOWN, __ATOMIC_RELEASE);
}

void fd_forget_all(void) {
  for (int fd = 0; fd < FDS_MAX; fd++)
    if (fds[fd] != UNKNOWN) fd_forget(fd);
}

/* Names. */

static int absolute(int dirfd, const char *path, char out[PATH_MAX]) {
  char base[PATH_MAX];
  if (path[0] == '/') return snprintf(out, PATH_MAX, "%s", path) < PATH_MAX;
  if (dirfd == AT_FDCWD ? !getcwd(base, sizeof base) : !proc_path(dirfd, base)) return 0;
  return snprintf(out, PATH_MAX, "%s/%s", base, path) < PATH_MAX;
}

const char *path_inside(int dirfd, const char *path, char buffer[PATH_MAX]) {
  int saved = errno;
  char full[PATH_MAX], parent[PATH_MAX];
  const char *result = NULL;
  if (!recording() || !path || !*path || !absolute(dirfd, path, full)) goto out;
  size_t n = strlen(full);
  while (n > 1 && full[n - 1] == '/') full[--n] = 0;
  char *slash = strrchr(full, '/');
  const char *name = slash + 1;
  if (!*name || !strcmp(name, ".") || !strcmp(name, "..")) {
    result = realpath(full, buffer) ? inside(buffer) : NULL;
    goto out;
  }
  *slash = 0;
  if (!realpath(*full ? full : "/", parent)) goto out;
  if (snprintf(buffer, PATH_MAX, "%s/%s", parent[1] ? parent : "", name) < PATH_MAX)
    result = inside(buffer);
out:
  errno = saved;
  return result;
}

int is_mark_path(const char *path) { return !strcmp(path, ".powercut-mark"); }

/* A file of its own outside the root: the process sees a descriptor it can write to, stat and close,
 * and no listing of its directory shows it. */
int open_mark(void) {
  return (int)syscall(SYS_openat, AT_FDCWD, mark_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}
