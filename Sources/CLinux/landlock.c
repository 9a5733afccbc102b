#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

int aiu_landlock_abi(void) {
    int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? -errno : abi;
}

int aiu_landlock_create(uint64_t handled_access) {
    struct landlock_ruleset_attr attributes = {.handled_access_fs = handled_access};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    return fd < 0 ? -errno : fd;
}

int aiu_landlock_allow(int ruleset, int path_fd, uint64_t allowed_access) {
    struct landlock_path_beneath_attr attributes = {.allowed_access = allowed_access, .parent_fd = path_fd};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attributes, 0) ? -errno : 0;
}

int aiu_landlock_restrict(int ruleset) {
    return syscall(SYS_landlock_restrict_self, ruleset, 0) ? -errno : 0;
}
