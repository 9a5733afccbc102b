internal import Glibc

/// Time since the kernel started.
package enum Uptime {
    package static var milliseconds: Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
