#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int aiu_open_beneath(int folder, const char *path, uint64_t flags, uint64_t mode) {
    struct open_how how = {.flags = flags | O_CLOEXEC, .mode = mode,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    return fd < 0 ? -errno : fd;
}

int aiu_memfd(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int aiu_clone_file(int destination, int source) {
    return ioctl(destination, FICLONE, source) ? -errno : 0;
}

int aiu_lock_exclusive(int fd) {
    return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

int64_t aiu_seek_data(int fd, int64_t offset) {
    int64_t position = lseek(fd, offset, SEEK_DATA);
    return position < 0 ? -errno : position;
}

int64_t aiu_seek_hole(int fd, int64_t offset) {
    int64_t position = lseek(fd, offset, SEEK_HOLE);
    return position < 0 ? -errno : position;
}

long aiu_copy_range(int source, int64_t source_offset, int destination, int64_t destination_offset, size_t length) {
    loff_t from = source_offset, to = destination_offset;
    ssize_t copied = copy_file_range(source, &from, destination, &to, length, 0);
    return copied < 0 ? -errno : copied;
}

int aiu_pivot_root(const char *new_root, const char *put_old) {
    return syscall(SYS_pivot_root, new_root, put_old) ? -errno : 0;
}

int aiu_set_hostname(const char *name, size_t length) {
    return sethostname(name, length) ? -errno : 0;
}

int aiu_resize_ext4(int mount_point, uint64_t blocks) {
    // EXT4_IOC_RESIZE_FS; the kernel's header with it is not exported.
    return ioctl(mount_point, _IOW('f', 16, uint64_t), &blocks) ? -errno : 0;
}
