/*
 * stdio on files inside the root. The C library writes a FILE through calls of its own that cannot
 * be interposed, so a FILE for writing becomes a cookie stream whose writes come back to write().
 * RocksDB keeps its LOG that way.
 */
#define _GNU_SOURCE
#include "powercut.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL(name)                                                         \
  ({                                                                       \
    static __typeof__(&name) real;                                         \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);          \
    real;                                                                  \
  })

/* The descriptors of cookie streams: the C library knows none for them. */
struct stream {
  FILE *file;
  int fd;
  struct stream *next;
};
static struct stream *streams;
static pthread_mutex_t streams_mutex = PTHREAD_MUTEX_INITIALIZER;

static int stream_fd(FILE *file) {
  int fd = -1;
  pthread_mutex_lock(&streams_mutex);
  for (struct stream *s = streams; s && fd < 0; s = s->next)
    if (s->file == file) fd = s->fd;
  pthread_mutex_unlock(&streams_mutex);
  return fd;
}

static void forget_stream(int fd) {
  pthread_mutex_lock(&streams_mutex);
  for (struct stream **s = &streams; *s; s = &(*s)->next)
    if ((*s)->fd == fd) {
      struct stream *gone = *s;
      *s = gone->next;
      free(gone);
      break;
    }
  pthread_mutex_unlock(&streams_mutex);
}

static int cookie_fd(void *cookie) { return (int)(intptr_t)cookie; }
static ssize_t cookie_read(void *c, char *to, size_t n) { return read(cookie_fd(c), to, n); }
static ssize_t cookie_write(void *c, const char *from, size_t n) {
  return write(cookie_fd(c), from, n);
}
static int cookie_seek(void *c, off64_t *at, int whence) {
  off_t now = lseek(cookie_fd(c), *at, whence);
  if (now < 0) return -1;
  *at = now;
  return 0;
}
static int cookie_close(void *c) {
  forget_stream(cookie_fd(c));
  return close(cookie_fd(c));
}

static FILE *stream_on(int fd, const char *mode) {
  cookie_io_functions_t calls = {cookie_read, cookie_write, cookie_seek, cookie_close};
  struct stream *s = malloc(sizeof *s);
  FILE *file = s ? fopencookie((void *)(intptr_t)fd, mode, calls) : NULL;
  if (!file) {
    free(s);
    return NULL;
  }
  pthread_mutex_lock(&streams_mutex);
  *s = (struct stream){file, fd, streams};
  streams = s;
  pthread_mutex_unlock(&streams_mutex);
  return file;
}

static int writes(const char *mode) { return mode[0] != 'r' || strchr(mode, '+') != NULL; }

FILE *fdopen(int fd, const char *mode) {
  enum target target = fd_target(fd);
  if (!writes(mode) || (target != INSIDE && target != MARKER)) return REAL(fdopen)(fd, mode);
  if (mode[0] == 'a') fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0L) | O_APPEND);
  return stream_on(fd, mode);
}

FILE *fopen(const char *path, const char *mode) {
  char buffer[PATH_MAX];
  if (!writes(mode) || !path_inside(AT_FDCWD, path, buffer)) return REAL(fopen)(path, mode);
  int flags = strchr(mode, '+') ? O_RDWR : O_WRONLY;
  if (mode[0] == 'w') flags |= O_CREAT | O_TRUNC;
  if (mode[0] == 'a') flags |= O_CREAT | O_APPEND;
  if (strchr(mode, 'x')) flags |= O_EXCL;
  if (strchr(mode, 'e')) flags |= O_CLOEXEC;
  int fd = open(path, flags, 0666);
  if (fd < 0) return NULL;
  FILE *file = stream_on(fd, mode);
  if (!file) close(fd);
  return file;
}
FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

int fileno(FILE *file) {
  int fd = stream_fd(file);
  return fd >= 0 ? fd : REAL(fileno)(file);
}
int fileno_unlocked(FILE *file) __attribute__((alias("fileno")));

/* These close a descriptor without calling close(). */
int fclose(FILE *file) {
  int saved = errno;
  fd_forget(fileno(file));
  errno = saved;
  return REAL(fclose)(file);
}

int closedir(DIR *directory) {
  fd_forget(dirfd(directory));
  return REAL(closedir)(directory);
}
