#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int closing(int fd, int result) {
    close(fd);
    return result;
}

static int name_request(struct ifreq *request, const char *name) {
    memset(request, 0, sizeof *request);
    if (strlen(name) >= IFNAMSIZ) return -EINVAL;
    strcpy(request->ifr_name, name);
    return 0;
}

// Attached to, or made. -EBUSY while a machine has it.
static int tap_open(const char *name) {
    struct ifreq request;
    if (name_request(&request, name)) return -EINVAL;
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -errno;
    request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    if (ioctl(fd, TUNSETIFF, &request)) return closing(fd, -errno);
    return fd;
}

int aiu_tap_make(const char *name, uint32_t owner) {
    int fd = tap_open(name);
    if (fd < 0) return fd;
    if (ioctl(fd, TUNSETOWNER, (unsigned long)owner) || ioctl(fd, TUNSETPERSIST, 1UL)) return closing(fd, -errno);
    return closing(fd, 0);
}

int aiu_tap_remove(const char *name) {
    if (!if_nametoindex(name)) return 0;
    int fd = tap_open(name);
    if (fd < 0) return fd;
    return closing(fd, ioctl(fd, TUNSETPERSIST, 0UL) ? -errno : 0);
}

static void set_address(struct sockaddr *place, const uint8_t bytes[4]) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    memcpy(&address.sin_addr, bytes, 4);
    memcpy(place, &address, sizeof address);
}

static int set_up(int fd, const char *name, int up) {
    struct ifreq request;
    if (name_request(&request, name)) return -EINVAL;
    if (ioctl(fd, SIOCGIFFLAGS, &request)) return -errno;
    if (up) request.ifr_flags |= IFF_UP; else request.ifr_flags &= ~IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

static int add_route(int fd, const char *name, const uint8_t to[4], const uint8_t *gateway) {
    static const uint8_t none[4];
    struct rtentry route = {.rt_dev = (char *)name, .rt_flags = RTF_UP};
    if (gateway) route.rt_flags |= RTF_GATEWAY; else route.rt_flags |= RTF_HOST;
    set_address(&route.rt_dst, to);
    set_address(&route.rt_genmask, none);
    if (gateway) set_address(&route.rt_gateway, gateway);
    return ioctl(fd, SIOCADDRT, &route) && errno != EEXIST ? -errno : 0;
}

// One address and nothing of a network around it; the other end by a route of its own.
static int connect_to(int fd, const char *name, const uint8_t own[4], const uint8_t other[4]) {
    static const uint8_t alone[4] = {255, 255, 255, 255};
    struct ifreq request;
    if (name_request(&request, name)) return -EINVAL;
    set_address(&request.ifr_addr, own);
    if (ioctl(fd, SIOCSIFADDR, &request)) return -errno;
    set_address(&request.ifr_netmask, alone);
    if (ioctl(fd, SIOCSIFNETMASK, &request)) return -errno;
    int result = set_up(fd, name, 1);
    return result ? result : add_route(fd, name, other, NULL);
}

int aiu_tap_connect(const char *name, const uint8_t own[4], const uint8_t other[4]) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    return closing(fd, connect_to(fd, name, own, other));
}

int aiu_link_down(const char *name) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int result = set_up(fd, name, 0);
    return closing(fd, result == -ENODEV ? 0 : result);
}

// The first that is neither the loopback nor anything but Ethernet.
static int find_card(int fd, char name[IFNAMSIZ]) {
    struct if_nameindex *all = if_nameindex();
    if (!all) return -errno;
    int result = -ENODEV;
    for (struct if_nameindex *one = all; one->if_index && result; one++) {
        struct ifreq request;
        if (name_request(&request, one->if_name) || ioctl(fd, SIOCGIFHWADDR, &request)) continue;
        if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) continue;
        strcpy(name, request.ifr_name);
        result = 0;
    }
    if_freenameindex(all);
    return result;
}

int aiu_card_connect(const uint8_t own[4], const uint8_t gateway[4]) {
    static const uint8_t everywhere[4];
    char name[IFNAMSIZ];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int result = find_card(fd, name);
    if (!result) result = connect_to(fd, name, own, gateway);
    if (!result) result = add_route(fd, name, everywhere, gateway);
    return closing(fd, result);
}

int aiu_card_down(void) {
    char name[IFNAMSIZ];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int result = find_card(fd, name);
    return closing(fd, result ? result : set_up(fd, name, 0));
}
