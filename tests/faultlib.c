/* Stands between the program and the C library: the k-th call that changes
 * something below a directory kills the process or fails.
 *
 *   FAULT_DIR   the directory
 *   FAULT_AT    k, from 1
 *   FAULT_HOW   kill, EIO (that call) or ENOSPC (from that call on, all that
 *               need room)
 *   FAULT_HIT   file that is made when the point was reached
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char dir[PATH_MAX], hit[PATH_MAX];
static long at;
static int how;
static atomic_long calls;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
	const char *d = getenv("FAULT_DIR"), *a = getenv("FAULT_AT");
	const char *h = getenv("FAULT_HOW"), *m = getenv("FAULT_HIT");
	if (len < 0 || !d || !a || !h || !m)
		return;
	exe[len] = 0;
	if (strcmp(strrchr(exe, '/'), "/provha") != 0)
		return;
	unsetenv("LD_PRELOAD");
	snprintf(dir, sizeof dir, "%s", d);
	snprintf(hit, sizeof hit, "%s", m);
	how = !strcmp(h, "kill") ? 0 : !strcmp(h, "EIO") ? EIO : ENOSPC;
	at = atol(a);
}

static int below(const char *path)
{
	size_t len = strlen(dir);
	return len && !strncmp(path, dir, len) && (path[len] == '/' || !path[len]);
}

static int fd_below(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t len;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof path - 1);
	if (len < 0)
		return 0;
	path[len] = 0;
	return below(path);
}

static int name_below(int fd, const char *path)
{
	return path[0] == '/' ? below(path) : fd != AT_FDCWD && fd_below(fd);
}

/* Whether this call is to fail; does not come back where it is to kill. */
static int fails(int there, int needs_room)
{
	long k;
	if (!at || !there)
		return 0;
	k = ++calls;
	if (k == at) {
		int fd = REAL(open)(hit, O_CREAT | O_WRONLY, 0644);
		if (fd >= 0)
			close(fd);
		if (!how)
			kill(getpid(), SIGKILL);
		errno = how;
		return how != ENOSPC || needs_room;
	}
	if (how == ENOSPC && k > at && needs_room) {
		errno = ENOSPC;
		return 1;
	}
	return 0;
}

#define WRAP(type, name, params, args, there, room)                            \
	type name params                                                       \
	{                                                                      \
		if (fails(there, room))                                        \
			return -1;                                             \
		return REAL(name) args;                                        \
	}

WRAP(ssize_t, write, (int f, const void *b, size_t n), (f, b, n), fd_below(f), 1)
WRAP(ssize_t, writev, (int f, const struct iovec *v, int n), (f, v, n),
     fd_below(f), 1)
WRAP(ssize_t, copy_file_range,
     (int i, off64_t *o, int f, off64_t *p, size_t n, unsigned g),
     (i, o, f, p, n, g), fd_below(f), 1)
WRAP(int, fsync, (int f), (f), fd_below(f), 1)
WRAP(int, fdatasync, (int f), (f), fd_below(f), 1)
WRAP(int, syncfs, (int f), (f), fd_below(f), 1)
WRAP(int, fchmod, (int f, mode_t m), (f, m), fd_below(f), 0)
WRAP(int, chmod, (const char *p, mode_t m), (p, m), below(p), 0)
WRAP(int, ftruncate, (int f, off_t n), (f, n), fd_below(f), 0)
WRAP(int, ftruncate64, (int f, off64_t n), (f, n), fd_below(f), 0)
WRAP(int, unlink, (const char *p), (p), below(p), 0)
WRAP(int, unlinkat, (int d, const char *p, int g), (d, p, g), name_below(d, p), 0)
WRAP(int, rmdir, (const char *p), (p), below(p), 0)
WRAP(int, mkdir, (const char *p, mode_t m), (p, m), below(p), 1)
WRAP(int, mkdirat, (int d, const char *p, mode_t m), (d, p, m),
     name_below(d, p), 1)
WRAP(int, symlinkat, (const char *a, int d, const char *b), (a, d, b),
     name_below(d, b), 1)
WRAP(int, link, (const char *a, const char *b), (a, b), below(b), 1)
WRAP(int, symlink, (const char *a, const char *b), (a, b), below(b), 1)
WRAP(int, linkat, (int c, const char *a, int d, const char *b, int g),
     (c, a, d, b, g), name_below(d, b), 1)
WRAP(int, rename, (const char *a, const char *b), (a, b), below(b), 1)
WRAP(int, renameat, (int c, const char *a, int d, const char *b), (c, a, d, b),
     name_below(d, b), 1)
/* An exchange of two names needs no room. */
WRAP(int, renameat2,
     (int c, const char *a, int d, const char *b, unsigned g), (c, a, d, b, g),
     name_below(d, b), !(g & 2))

#define OPEN(name, params, args, there)                                        \
	int name params                                                        \
	{                                                                      \
		mode_t mode = 0;                                               \
		if (flags & O_CREAT) {                                         \
			va_list list;                                          \
			va_start(list, flags);                                 \
			mode = va_arg(list, mode_t);                           \
			va_end(list);                                          \
			if (fails(there, 1))                                   \
				return -1;                                     \
		}                                                              \
		return REAL(name) args;                                        \
	}

OPEN(open, (const char *p, int flags, ...), (p, flags, mode), below(p))
OPEN(open64, (const char *p, int flags, ...), (p, flags, mode), below(p))
OPEN(openat, (int d, const char *p, int flags, ...), (d, p, flags, mode),
     name_below(d, p))
OPEN(openat64, (int d, const char *p, int flags, ...), (d, p, flags, mode),
     name_below(d, p))

/* Libraries that know a call before the C library does make it by number. */
long syscall(long number, ...)
{
	long a[6];
	va_list list;
	int i;
	va_start(list, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_renameat2 &&
	    fails(name_below((int)a[2], (const char *)a[3]), !(a[4] & 2)))
		return -1;
	return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
