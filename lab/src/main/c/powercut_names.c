/* The calls that change names: renames, links, removals, directories. See powercut.c. */
#define _GNU_SOURCE
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
  char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
  const char *old = path_inside(from_fd, from, from_buffer);
  const char *new = path_inside(to_fd, to, to_buffer);
  if (!old && !new) return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
  trace_lock();
  int r = (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
  int saved = errno;
  if (r == 0 && old && new)
    trace_append(&(struct event){.kind = RENAME, .path = old, .other = new, .flags = flags});
  else if (r == 0 && old)
    trace_append(&(struct event){.kind = UNLINK, .path = old});
  trace_unlock();
  if (r == 0 && !old) trace_warn(new, "moved in from outside the root: its content is not seen");
  if (r == 0 && !new) trace_warn(old, "moved out of the root: taken for an unlink");
  errno = saved;
  return r;
}

int renameat(int from_fd, const char *from, int to_fd, const char *to) {
  return renameat2(from_fd, from, to_fd, to, 0);
}

int rename(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
  char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
  const char *old = path_inside(from_fd, from, from_buffer);
  const char *new = path_inside(to_fd, to, to_buffer);
  if (!new) return (int)syscall(SYS_linkat, from_fd, from, to_fd, to, flags);
  trace_lock();
  int r = (int)syscall(SYS_linkat, from_fd, from, to_fd, to, flags);
  int saved = errno;
  if (r == 0 && old) trace_append(&(struct event){.kind = LINK, .path = old, .other = new});
  trace_unlock();
  if (r == 0 && !old) trace_warn(new, "linked in from outside the root: its content is not seen");
  errno = saved;
  return r;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *target, int dirfd, const char *path) {
  char buffer[PATH_MAX];
  const char *inside = path_inside(dirfd, path, buffer);
  int r = (int)syscall(SYS_symlinkat, target, dirfd, path);
  if (r == 0 && inside) trace_warn(inside, "symbolic link: not modelled");
  return r;
}

int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

int unlinkat(int dirfd, const char *path, int flags) {
  char buffer[PATH_MAX];
  const char *inside = path_inside(dirfd, path, buffer);
  if (!inside) return (int)syscall(SYS_unlinkat, dirfd, path, flags);
  trace_lock();
  int r = (int)syscall(SYS_unlinkat, dirfd, path, flags);
  int saved = errno;
  if (r == 0)
    trace_append(
        &(struct event){.kind = flags & AT_REMOVEDIR ? RMDIR : UNLINK, .path = inside});
  trace_unlock();
  errno = saved;
  return r;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
  if (unlink(path) == 0) return 0;
  return errno == EISDIR || errno == EPERM ? rmdir(path) : -1;
}

int mkdirat(int dirfd, const char *path, mode_t mode) {
  char buffer[PATH_MAX];
  const char *inside = path_inside(dirfd, path, buffer);
  if (!inside) return (int)syscall(SYS_mkdirat, dirfd, path, mode);
  trace_lock();
  int r = (int)syscall(SYS_mkdirat, dirfd, path, mode);
  int saved = errno;
  struct stat st;
  if (r == 0 && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
    trace_append(&(struct event){
        .kind = MKDIR, .path = inside, .inode = st.st_ino, .flags = st.st_mode & 07777});
  trace_unlock();
  errno = saved;
  return r;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
