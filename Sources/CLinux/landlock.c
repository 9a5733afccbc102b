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

// The header of the oldest kernel that this is built with ends at the first member.
struct ruleset_attributes { uint64_t handled_access_fs, handled_access_net, scoped; };

int aiu_landlock_create(uint64_t handled_access, uint64_t handled_network, uint64_t scopes) {
    struct ruleset_attributes attributes = {handled_access, handled_network, scopes};
    // Kernels refuse members that they do not know, unless these are zero.
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
