/*
 * Changes files in every way the recorder knows of. Its arguments: the root, and which part to play:
 * "all", or "mapped" and "bypass", which write in ways that cannot be recorded.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
  }
}
#define CHECK(holds) check(!!(holds), #holds)
#define TEXT(s) s, strlen(s)

int __open_2(const char *path, int flags);
int __openat64_2(int dirfd, const char *path, int flags);

static void mark(const char *text) {
  int fd = open(".powercut-mark", O_WRONLY | O_CREAT, 0600);
  CHECK(write(fd, TEXT(text)) > 0);
  CHECK(close(fd) == 0);
}

static void opens_and_writes(void) {
  int fd = open("a", O_RDWR | O_CREAT, 0640);
  CHECK(write(fd, TEXT("hello ")) == 6);
  CHECK(pwrite(fd, TEXT("pwrite"), 5000) == 6);
  CHECK(pwrite64(fd, TEXT("pwrite64"), 100) == 8);
  struct iovec two[] = {{"left ", 5}, {"right", 5}};
  CHECK(writev(fd, two, 2) == 10); /* at 6: pwrite leaves the cursor */
  CHECK(pwritev(fd, two, 2, 7000) == 10);
  CHECK(pwritev64(fd, two, 2, 8000) == 10);
  CHECK(pwritev2(fd, two, 2, 9000, RWF_DSYNC) == 10);
  CHECK(lseek(fd, 3, SEEK_SET) == 3);
  int copy = dup(fd);
  CHECK(write(copy, TEXT("LO")) == 2);
  CHECK(dup2(fd, 99) == 99);
  CHECK(write(99, TEXT("dup2")) == 4);
  int high = fcntl(fd, F_DUPFD, 200);
  CHECK(pwrite(high, TEXT("dupfd"), 300) == 5);
  CHECK(fdatasync(high) == 0);
  close(fd), close(copy), close(99), close(high);

  CHECK((fd = open64("b", O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0);
  CHECK(write(fd, TEXT("first ")) == 6);
  CHECK(pwrite(fd, TEXT("appended all the same "), 0) > 0);
  close(fd);
  CHECK((fd = __open_2("b", O_WRONLY | O_APPEND)) >= 0);
  CHECK(write(fd, TEXT("fortified")) == 9);
  CHECK(fsync(fd) == 0);
  close(fd);

  CHECK((fd = creat("c", 0600)) >= 0);
  CHECK(write(fd, TEXT("will be cut off")) > 0);
  close(fd);
  CHECK((fd = open("c", O_WRONLY | O_TRUNC)) >= 0);
  CHECK(write(fd, TEXT("short")) == 5);
  close(fd);
  CHECK(open("c", O_WRONLY | O_CREAT | O_EXCL, 0600) < 0 && errno == EEXIST);
  CHECK(open("nowhere/c", O_WRONLY | O_CREAT, 0600) < 0 && errno == ENOENT);
  CHECK((fd = open("synced", O_WRONLY | O_CREAT | O_DSYNC, 0600)) >= 0);
  CHECK(write(fd, TEXT("through")) == 7);
  close(fd);
}

static void sizes(void) {
  int fd = open("sizes", O_RDWR | O_CREAT, 0600);
  char page[4096];
  memset(page, 'x', sizeof page);
  for (int i = 0; i < 8; i++) CHECK(write(fd, page, sizeof page) == sizeof page);
  CHECK(ftruncate(fd, 30000) == 0);
  CHECK(ftruncate64(fd, 40000) == 0);
  CHECK(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 100000) == 0);
  CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 5000, 3000) == 0);
  CHECK(fallocate64(fd, 0, 40000, 5000) == 0);
  CHECK(posix_fallocate(fd, 45000, 5000) == 0);
  CHECK(sync_file_range(fd, 0, 4096, SYNC_FILE_RANGE_WRITE) == 0);
  close(fd);
  CHECK(truncate("sizes", 49000) == 0);
  CHECK(chmod("sizes", 0644) == 0);
}

static void kernel_copies(void) {
  int in = open("sizes", O_RDONLY), out = open("copy", O_WRONLY | O_CREAT, 0600);
  CHECK(sendfile(out, in, NULL, 10000) == 10000);
  off_t from = 0, to = 20000;
  CHECK(copy_file_range(in, &from, out, &to, 5000, 0) == 5000);
  int pipes[2];
  CHECK(pipe(pipes) == 0);
  CHECK(write(pipes[1], TEXT("through a pipe")) == 14);
  CHECK(splice(pipes[0], NULL, out, NULL, 14, 0) == 14);
  close(in), close(out), close(pipes[0]), close(pipes[1]);
}

static void names(void) {
  CHECK(mkdir("d", 0755) == 0);
  int d = open("d", O_RDONLY | O_DIRECTORY);
  CHECK(mkdirat(d, "inner", 0700) == 0);
  int fd = openat(d, "inner/x", O_WRONLY | O_CREAT, 0600);
  CHECK(write(fd, TEXT("x")) == 1);
  close(fd);
  CHECK((fd = __openat64_2(d, "inner/x", O_WRONLY)) >= 0);
  close(fd);
  CHECK(rename("d/inner/x", "d/../d/y") == 0);
  CHECK(renameat(d, "y", AT_FDCWD, "moved") == 0);
  CHECK(link("moved", "d/twin") == 0);
  CHECK(rename("moved", "d/twin") == 0); /* two names of one file: nothing happens */
  CHECK(linkat(d, "twin", d, "third", 0) == 0);
  CHECK((fd = open("d/third", O_WRONLY)) >= 0);
  CHECK(unlink("moved") == 0);
  CHECK(pwrite(fd, TEXT("seen under every name"), 0) > 0);
  close(fd);
  CHECK(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE) == 0);
  CHECK(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE) < 0 && errno == EEXIST);
  CHECK(rmdir("d") < 0 && errno == ENOTEMPTY);
  CHECK(unlinkat(d, "inner", AT_REMOVEDIR) == 0);
  CHECK(mkdir("gone", 0755) == 0 && remove("gone") == 0);
  CHECK((fd = creat("gone", 0600)) >= 0 && remove("gone") == 0);
  CHECK(write(fd, TEXT("to a file without a name")) > 0);
  close(fd);
  CHECK((fd = creat("again", 0600)) >= 0); /* may get the inode number of the one before */
  CHECK(write(fd, TEXT("another")) == 7);
  close(fd);
  CHECK(fsync(d) == 0);
  close(d);
  CHECK(rename("d", "e") == 0);
  DIR *directory = opendir("e");
  CHECK(directory && fsync(dirfd(directory)) == 0 && closedir(directory) == 0);
}

static void stdio(void) {
  FILE *file = fopen("stdio", "w");
  CHECK(file && fprintf(file, "line %d\n", 1) > 0 && fflush(file) == 0);
  CHECK(fsync(fileno(file)) == 0);
  CHECK(fputs("line 2\n", file) >= 0 && fseek(file, 0, SEEK_SET) == 0 && fputc('L', file) == 'L');
  CHECK(fclose(file) == 0);
  CHECK((file = fopen64("stdio", "a")) && fputs("line 3\n", file) >= 0 && fclose(file) == 0);
  int fd = open("fdopened", O_RDWR | O_CREAT, 0600);
  CHECK((file = fdopen(fd, "w+")) && fwrite("written", 7, 1, file) == 1 && fclose(file) == 0);
  char line[16];
  CHECK((file = fopen("stdio", "r")) && fgets(line, sizeof line, file) && fclose(file) == 0);
  CHECK(!strcmp(line, "Line 1\n"));
}

static int shared = -1;

static void *append_lines(void *name) {
  char line[64];
  for (int i = 0; i < 500; i++) {
    int n = snprintf(line, sizeof line, "%s %d\n", (char *)name, i);
    CHECK(write(shared, line, (size_t)n) == n);
    if (i % 50 == 0) CHECK(fdatasync(shared) == 0);
  }
  return NULL;
}

/* The order of appends by threads and processes is the order of the trace, or the contents differ. */
static void many_writers(void) {
  CHECK((shared = open("shared", O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0);
  pthread_t one, two;
  CHECK(pthread_create(&one, NULL, append_lines, "one") == 0);
  CHECK(pthread_create(&two, NULL, append_lines, "two") == 0);
  pid_t child = fork();
  if (child == 0) {
    append_lines("child");
    exit(0);
  }
  int status;
  CHECK(pthread_join(one, NULL) == 0 && pthread_join(two, NULL) == 0);
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(system("echo from a shell >> shared && mv shared renamed-by-a-shell") == 0);
  close(shared);
}

int main(int count, char **arguments) {
  CHECK(count == 3 && chdir(arguments[1]) == 0);
  if (!strcmp(arguments[2], "all")) {
    mark("start");
    opens_and_writes();
    sizes();
    kernel_copies();
    names();
    stdio();
    many_writers();
    int here = open(".", O_RDONLY);
    CHECK(syncfs(here) == 0 && close(here) == 0);
    mark("end");
  } else if (!strcmp(arguments[2], "mapped")) {
    int fd = open("mapped", O_RDWR | O_CREAT, 0600);
    CHECK(ftruncate(fd, 4096) == 0);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(page != MAP_FAILED);
    page[7] = 'm';
    CHECK(msync(page, 4096, MS_SYNC) == 0);
  } else {
    int fd = open("bypassed", O_RDWR | O_CREAT, 0600);
    CHECK(syscall(SYS_write, fd, TEXT("unseen")) == 6);
    CHECK(symlink("bypassed", "link") == 0);
  }
  return 0;
}
