// A library for LD_PRELOAD that lets calls on files fail, as a full or broken disk does.
//   FAIL_CALL   write, fsync, close or rename
//   FAIL_ERROR  the error number
//   FAIL_FILE   part of the path of the files concerned
//   FAIL_AFTER  how many of these calls succeed before
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char* call, const char* path) {
  static int calls = 0;
  const char* wanted = getenv("FAIL_CALL");
  const char* part = getenv("FAIL_FILE");
  const char* after = getenv("FAIL_AFTER");
  if (wanted == NULL || part == NULL || strcmp(wanted, call) != 0) return 0;
  if (strstr(path, part) == NULL) return 0;
  if (calls++ < (after == NULL ? 0 : atoi(after))) return 0;
  errno = atoi(getenv("FAIL_ERROR"));
  return 1;
}

static int fails_on(const char* call, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const int error = errno;
  const ssize_t length = readlink(link, path, sizeof path - 1);
  errno = error;
  if (length < 0) return 0;
  path[length] = '\0';
  return fails(call, path);
}

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

ssize_t write(int file, const void* bytes, size_t count) {
  return fails_on("write", file) ? -1 : REAL(write)(file, bytes, count);
}

int fsync(int file) { return fails_on("fsync", file) ? -1 : REAL(fsync)(file); }

int close(int file) {
  if (!fails_on("close", file)) return REAL(close)(file);
  const int error = errno;
  REAL(close)(file);
  errno = error;
  return -1;
}

int rename(const char* from, const char* to) {
  return fails("rename", to) ? -1 : REAL(rename)(from, to);
}
