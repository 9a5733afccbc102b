internal import AIUCommandLine
package import AIUModel
internal import Glibc

/// The memory of this host, which is also that of `aiud`: they meet at a Unix socket.
package enum HostMemory {
    /// Nil when the VM has room. QEMU takes memory only when the guest uses it, so more than there is can be meant.
    package static func warning(
        for name: VMName, memory: ByteCount, of total: ByteCount = total
    ) -> String? {
        guard total.bytes > 0, memory > total else { return nil }
        return "'\(name)' may use \(memory) of memory, and this host has \(SizeText.approximate(total.bytes)); "
            + "the kernel ends it when it uses more than there is"
    }

    package static let total = ByteCount(
        bytes: UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))))
}
