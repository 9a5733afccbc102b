#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int aiu_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

int aiu_unshare_network(void) {
    return unshare(CLONE_NEWNET | CLONE_NEWIPC) ? -errno : 0;
}

int aiu_is_network_namespace(int fd) {
    return ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

int aiu_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) ? -errno : 0;
}

int aiu_change_root(const char *path) {
    return chroot(path) || chdir("/") ? -errno : 0;
}

int aiu_change_user(uint32_t uid, uint32_t gid) {
    return setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid) ? -errno : 0;
}

int aiu_set_limit(int resource, uint64_t value) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit)) return -errno;
    // Raising the hard limit needs a privilege; lowering it never does.
    if (value < limit.rlim_max) limit.rlim_max = value;
    limit.rlim_cur = value < limit.rlim_max ? value : limit.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &limit) ? -errno : 0;
}
