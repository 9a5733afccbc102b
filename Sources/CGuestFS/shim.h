#pragma once
#include <guestfs.h>

/* libguestfs's optional arguments are variadic or bit masks made by macros; Swift imports neither. */

/* Ignores LIBGUESTFS_* of the environment, and leaves closing to the owner: exit must not wait for a launch. */
static inline guestfs_h *aiu_guestfs_create(void) {
    return guestfs_create_flags(GUESTFS_CREATE_NO_ENVIRONMENT | GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
}

static inline int aiu_guestfs_add_drive(guestfs_h *g, const char *path, int read_only, const char *cache_mode) {
    /* A read-only drive is a throw-away overlay, to which a cache mode does not apply. */
    if (read_only)
        return guestfs_add_drive_opts(g, path, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                                      -1);
    return guestfs_add_drive_opts(g, path, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", GUESTFS_ADD_DRIVE_OPTS_CACHEMODE,
                                  cache_mode, -1);
}

static inline int aiu_guestfs_make_ext4(guestfs_h *g, const char *device, const char *label, int block_size,
                                        int bytes_per_inode, int journal_mebibytes, int reserved_percent) {
    return guestfs_mke2fs(g, device, GUESTFS_MKE2FS_FSTYPE, "ext4", GUESTFS_MKE2FS_LABEL, label,
                          GUESTFS_MKE2FS_BLOCKSIZE, (int64_t)block_size, GUESTFS_MKE2FS_BYTESPERINODE,
                          (int64_t)bytes_per_inode, GUESTFS_MKE2FS_JOURNALSIZE, (int64_t)journal_mebibytes,
                          GUESTFS_MKE2FS_RESERVEDBLOCKSPERCENTAGE, reserved_percent,
                          /* Not lazily: the guest would spend its first seconds on zeroing what is zero already. */
                          GUESTFS_MKE2FS_LAZYITABLEINIT, 0, GUESTFS_MKE2FS_LAZYJOURNALINIT, 0, -1);
}

static inline int aiu_guestfs_open_encrypted(guestfs_h *g, const char *device, const char *key, const char *name) {
    return guestfs_cryptsetup_open(g, device, key, name, GUESTFS_CRYPTSETUP_OPEN_CRYPTTYPE, "luks", -1);
}
