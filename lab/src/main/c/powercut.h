/*
 * The trace of the power-cut laboratory: its format, and what the two halves of the recorder share.
 *
 * A trace is a 64 byte header and then records, each a fixed part, the path, the other path and the
 * data, without padding, in the byte order of the machine. The position of a record is its sequence
 * number. The header says how many bytes are valid: a process that dies while it writes a record
 * leaves no half of one. The reader is TraceFile.java; change both together.
 */
#ifndef PERDURE_POWERCUT_H
#define PERDURE_POWERCUT_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

_Static_assert(sizeof(long) == 8, "the recorder passes offsets in one register: 64 bit only");

#define TRACE_MAGIC "PERDPCT1"
#define TRACE_HEADER_BYTES 64

struct trace_header {
  char magic[8];
  uint64_t valid_bytes;
};

enum kind {
  BASE_DIRECTORY = 1, /* there before the process started: written by the harness */
  BASE_FILE = 2,
  MARK = 3,      /* data: what the process or the harness says happened */
  CREATE = 4,    /* path, inode, mode: a new, empty file */
  WRITE = 5,     /* inode, offset, data */
  TRUNCATE = 6,  /* inode, length: the new size */
  ALLOCATE = 7,  /* inode, offset, length, flags: the mode of fallocate */
  RENAME = 8,    /* path, other, flags of renameat2 */
  LINK = 9,      /* path, other: the new name */
  UNLINK = 10,   /* path */
  MKDIR = 11,    /* path, inode, mode */
  RMDIR = 12,    /* path */
  CHMOD = 13,    /* inode, mode */
  SYNC_BEGIN = 14, /* path, inode, flags: which call */
  SYNC_END = 15,   /* same thread as its begin; error: errno or 0 */
  WARNING = 16,  /* path, data: what went past the recorder */
};

enum { FLAG_WRITE_THROUGH = 1 }; /* of WRITE: O_SYNC, O_DSYNC, RWF_SYNC or RWF_DSYNC */

enum sync_call {
  CALL_FSYNC = 0,
  CALL_FDATASYNC = 1,
  CALL_SYNC_FILE_RANGE = 2,
  CALL_SYNC_ALL = 3,
};

struct record_head {
  uint32_t bytes; /* of the whole record */
  uint32_t kind;
  uint32_t flags; /* mode for CREATE, MKDIR and CHMOD */
  uint32_t thread;
  int32_t error;
  uint32_t path_bytes;
  uint32_t other_bytes;
  uint32_t reserved;
  uint64_t inode;
  uint64_t offset;
  uint64_t length;
  uint64_t data_bytes;
};
_Static_assert(sizeof(struct record_head) == 64, "the reader knows this size");

/* What a call wants to have recorded. Zero stands for "none" in every field. */
struct event {
  enum kind kind;
  uint32_t flags;
  int32_t error;
  uint64_t inode, offset, length;
  const char *path, *other;
  const struct iovec *data;
  int parts;
  size_t data_bytes;
};

/* What a file descriptor stands for. */
enum target { UNKNOWN = 0, OUTSIDE, INSIDE, MARKER };

/* Whether this process is recorded at all. */
int recording(void);

/* One lock around a call and its record, over all threads and processes of the trace, so that the
 * order of the records is the order of the effects. */
void trace_lock(void);
void trace_unlock(void);
/* Caller holds the lock. */
void trace_append(const struct event *event);
/* Takes the lock by itself. */
void trace_warn(const char *path, const char *what);
int is_trace_fd(int fd);

/* Cached; the answer comes from /proc when the cache has none. */
enum target fd_target(int fd);
int fd_appends(int fd);
int fd_writes_through(int fd);
void fd_forget(int fd);
void fd_forget_all(void);
/* Path below the root of what fd is open on ("" for the root), or NULL when it is outside. */
const char *fd_path(int fd, char buffer[PATH_MAX]);

/* Path below the root that a name stands for, links of the parent resolved, or NULL. The name
 * itself need not exist. */
const char *path_inside(int dirfd, const char *path, char buffer[PATH_MAX]);
int is_mark_path(const char *inside);
int open_mark(void);

#endif
