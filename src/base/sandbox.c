/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fences around a child process; child.c puts it in. Each works without
 * the others, so that an old kernel still leaves some:
 *
 *   rlimits    memory, processor, no new descriptors, no growing files
 *   landlock   no files at all, or only the system's programs and data to read
 *   seccomp    what only computes: a list of the system calls allowed; another
 *              program: a list of those denied (we do not know what it needs,
 *              and it must be able to start)
 *
 * The filters are made once, in the parent: making one takes longer than the
 * fork. A forbidden call fails with EPERM and does not kill: libraries try much
 * that they can do without.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILTER_LARGEST 1024

/* ---- The fences: seccomp --------------------------------------------------- */

struct filter {
    struct sock_filter code[FILTER_LARGEST];
    unsigned short n; /* 0: there is none */
};

static struct filter filter_compute, filter_exec, filter_office;
static int landlock_version; /* 0: none */
static char sandbox_text[64];
static pthread_once_t kernel_asked = PTHREAD_ONCE_INIT;

static const int allowed_to_compute[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(fcntl),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(membarrier),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

static const int denied_to_programs[] = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(sendto),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(add_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(request_key),
    SCMP_SYS(personality),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(lchown),
    SCMP_SYS(utimensat),
    SCMP_SYS(setxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(lsetxattr),
};

static int add_rules(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = seccomp_rule_add(f, action, calls[i], 0);
    return r;
}

static int rules_to_compute(scmp_filter_ctx f)
{
    const int maps[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
    int r = add_rules(f, SCMP_ACT_ALLOW, allowed_to_compute, sizeof allowed_to_compute / sizeof(int));
    for (size_t i = 0; i < 2 && r == 0; i++) /* memory, but no new code */
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, maps[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (r == 0) /* how glibc spells fstat(); with a path it would tell which files exist */
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                             SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0));
    return r;
}

/* A program with a folder to write in is a large one (LibreOffice): it may do what it likes but look around
 * in other processes, in the kernel and on the network. */
static int rules_for_office(scmp_filter_ctx f)
{
    static const int denied[] = {
        SCMP_SYS(ptrace),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(pidfd_getfd),
        SCMP_SYS(unshare),
        SCMP_SYS(setns),
        SCMP_SYS(mount),
        SCMP_SYS(umount2),
        SCMP_SYS(pivot_root),
        SCMP_SYS(chroot),
        SCMP_SYS(bpf),
        SCMP_SYS(perf_event_open),
        SCMP_SYS(userfaultfd),
        SCMP_SYS(io_uring_setup),
        SCMP_SYS(add_key),
        SCMP_SYS(keyctl),
        SCMP_SYS(request_key),
    };
    const uint32_t no = SCMP_ACT_ERRNO(EPERM);
    int r = add_rules(f, no, denied, sizeof denied / sizeof(int));
    if (r == 0)
        r = seccomp_rule_add(f, no, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
    /* Landlock has no say in access(): LibreOffice asks whether it may write to /tmp, believes the answer and
     * fails to make its socket there. Told no, it takes $OSL_SOCKET_PATH. */
    if (r == 0)
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(access), 1, SCMP_A1(SCMP_CMP_EQ, W_OK, 0));
    if (r == 0)
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(faccessat), 1,
                             SCMP_A2(SCMP_CMP_EQ, W_OK, 0));
    return r;
}

static int rules_for_programs(scmp_filter_ctx f)
{
    const uint32_t no = SCMP_ACT_ERRNO(EPERM);
    int r = add_rules(f, no, denied_to_programs, sizeof denied_to_programs / sizeof(int));
    if (r == 0) /* threads yes, processes no */
        r = seccomp_rule_add(f, no, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    if (r == 0) /* its flags are out of our sight; glibc then takes clone() */
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return r;
}

/* Have libseccomp write the program down. */
static void export_filter(scmp_filter_ctx f, struct filter *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return;
    if (seccomp_export_bpf(f, fd) == 0) {
        ssize_t n = pread(fd, out->code, sizeof out->code, 0);
        bool whole = n > 0 && (size_t)n < sizeof out->code;
        out->n = whole ? (unsigned short)((size_t)n / sizeof out->code[0]) : 0;
    }
    close(fd);
}

static void make_filter(struct filter *out, uint32_t otherwise, int (*rules)(scmp_filter_ctx))
{
    scmp_filter_ctx f = seccomp_init(otherwise);
    if (f == NULL)
        return;
    if (rules(f) == 0)
        export_filter(f, out);
    seccomp_release(f);
}

static bool fence_calls(const struct filter *filter)
{
    struct sock_fprog program = { filter->n, (struct sock_filter *)(uintptr_t)filter->code };
    return filter->n > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* ---- The fences: landlock --------------------------------------------------
 * By raw system calls and our own constants: the headers of Debian 12 are older
 * than the kernels it meets. */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif
#define LL_ASK_VERSION  1u
#define LL_PATH_BENEATH 1
#define LL_EXECUTE      (1ull << 0)
#define LL_WRITE_FILE   (1ull << 1)
#define LL_READ_FILE    (1ull << 2)
#define LL_READ_DIR     (1ull << 3)
#define LL_FIRST        ((1ull << 13) - 1) /* version 1 */
#define LL_REFER        (1ull << 13)       /* 2 */
#define LL_TRUNCATE     (1ull << 14)       /* 3 */
#define LL_IOCTL_DEV    (1ull << 15)       /* 5 */
#define LL_TCP          3ull               /* 4: bind, connect */
#define LL_SCOPES       3ull               /* 6: abstract sockets, signals */

struct ll_ruleset {
    uint64_t files, net, scopes;
};

struct ll_beneath {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

static int ll_new(void)
{
    struct ll_ruleset all = { LL_FIRST, 0, 0 };
    if (landlock_version >= 2)
        all.files |= LL_REFER;
    if (landlock_version >= 3)
        all.files |= LL_TRUNCATE;
    if (landlock_version >= 4)
        all.net = LL_TCP;
    if (landlock_version >= 5)
        all.files |= LL_IOCTL_DEV;
    if (landlock_version >= 6)
        all.scopes = LL_SCOPES;
    return (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
}

static void ll_allow(int ruleset, const char *path, uint64_t rights)
{
    struct ll_beneath rule = { rights, open(path, O_PATH | O_CLOEXEC) };
    if (rule.fd < 0)
        return; /* not on this machine */
    syscall(SYS_landlock_add_rule, ruleset, LL_PATH_BENEATH, &rule, 0);
    close(rule.fd);
}

/* What a program needs to start and to find its fonts, tables and libraries. */
static void ll_allow_system(int ruleset, const char *program)
{
    static const char *const folders[] = { "/usr", "/lib", "/lib64", "/bin", "/opt", "/nix/store" };
    static const char *const settings[] = { "/etc/alternatives",      "/etc/fonts",
                                            "/etc/libreoffice",       "/var/lib/libreoffice",
                                            "/var/spool/libreoffice", "/var/cache/fontconfig" };
    static const char *const files[] = { "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime",
                                         "/etc/nsswitch.conf", "/etc/papersize" };
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        ll_allow(ruleset, folders[i], LL_EXECUTE | LL_READ_FILE | LL_READ_DIR);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        ll_allow(ruleset, settings[i], LL_READ_FILE | LL_READ_DIR);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        ll_allow(ruleset, files[i], LL_READ_FILE);
    ll_allow(ruleset, "/dev/null", LL_READ_FILE | LL_WRITE_FILE);
    ll_allow(ruleset, "/dev/urandom", LL_READ_FILE);
    if (strchr(program, '/') != NULL)
        ll_allow(ruleset, program, LL_EXECUTE | LL_READ_FILE);
}

static bool fence_files(const char *program, const char *scratch)
{
    int ruleset = landlock_version > 0 ? ll_new() : -1;
    if (ruleset < 0)
        return false;
    if (program != NULL)
        ll_allow_system(ruleset, program);
    if (scratch != NULL) {
        uint64_t rights = LL_FIRST | (landlock_version >= 2 ? LL_REFER : 0);
        ll_allow(ruleset, scratch, rights | (landlock_version >= 3 ? LL_TRUNCATE : 0));
    }
    long r = syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
    return r == 0;
}

/* ---- The fences together --------------------------------------------------- */

static void ask_kernel(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LL_ASK_VERSION);
    landlock_version = version > 0 ? (int)version : 0;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) {
        make_filter(&filter_compute, SCMP_ACT_ERRNO(EPERM), rules_to_compute);
        make_filter(&filter_exec, SCMP_ACT_ALLOW, rules_for_programs);
        make_filter(&filter_office, SCMP_ACT_ALLOW, rules_for_office);
    }
    bool calls = filter_compute.n > 0 && filter_exec.n > 0;
    if (landlock_version > 0)
        snprintf(sandbox_text, sizeof sandbox_text, "landlock %d%s", landlock_version,
                 calls ? ", seccomp" : "");
    else
        snprintf(sandbox_text, sizeof sandbox_text, "%s", calls ? "seccomp" : "none");
}

const char *sandbox_prepare(void)
{
    pthread_once(&kernel_asked, ask_kernel);
    return sandbox_text;
}

static void limit(int what, rlim_t soft, rlim_t hard)
{
    struct rlimit r = { soft, hard };
    setrlimit(what, &r); /* never fails downwards */
}

static void fence_resources(const struct sandbox *s)
{
    rlim_t seconds = s->limits.seconds;
    rlim_t memory = s->mapped + s->limits.memory;
    limit(RLIMIT_AS, memory, memory);
    limit(RLIMIT_CPU, seconds, seconds + 1);
    limit(RLIMIT_CORE, 0, 0);
    rlim_t file = s->limits.scratch ? s->limits.answer : 0; /* pipes are not meant */
    limit(RLIMIT_FSIZE, file, file);
    if (s->program == NULL)
        limit(RLIMIT_NPROC, 0, 0);
}

bool sandbox_enter(const struct sandbox *s)
{
    rlim_t descriptors = s->limits.scratch ? 512 : s->program ? 64 : 0; /* 0: those open stay, no new ones */
    fence_resources(s);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    bool files = fence_files(s->program, s->limits.scratch);
    limit(RLIMIT_NOFILE, descriptors, descriptors);
    bool calls = fence_calls(s->limits.scratch ? &filter_office
                             : s->program      ? &filter_exec
                                               : &filter_compute);
    /* What only computes needs no fence around files when it cannot open any. */
    return !s->limits.strict || (calls && (files || s->program == NULL));
}
