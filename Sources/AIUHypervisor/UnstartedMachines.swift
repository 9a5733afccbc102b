package import AIUSystem

/// Machines whose start was cut off before there was a QEMU.
///
/// libvirt writes a status file before it starts QEMU. When its process is killed in between, the next libvirt takes the
/// machine for one that is starting, looks for no process, and makes every call about it wait in vain.
package struct UnstartedMachines {
    /// The folder of the embedded libvirt.
    private let root: String

    package init(root: String) { self.root = root }

    /// To be called while no libvirt uses the folder.
    package func forget() throws(SystemError) {
        let statuses = "\(root)/run/qemu"
        guard Files.exists(statuses) else { return }
        for file in try Files.names(in: statuses) {
            let path = "\(statuses)/\(file)"
            if file.hasSuffix(".xml.new") {
                // It was not written to its end; the file that it was to replace is whole.
                try Files.remove(path)
            } else if file.hasSuffix(".xml"), Self.isUnstarted(String(decoding: try Files.read(path), as: UTF8.self)) {
                try removeFolders(of: String(file.dropLast(".xml".count)))
                try Files.remove(path)
            }
        }
    }

    /// Whether a status file names no process.
    private static func isUnstarted(_ status: String) -> Bool {
        guard let element = status.split(separator: "\n").first(where: { $0.hasPrefix("<domstatus ") }) else {
            return false
        }
        return element.contains(" pid='0'")
    }

    /// What libvirt made for the machine, in folders that begin with a number of its own.
    private func removeFolders(of name: String) throws(SystemError) {
        for folder in ["", "channel/target/", "ram/"].map({ "\(root)/lib/qemu/\($0)" }) where Files.exists(folder) {
            for entry in try Files.names(in: folder) where entry.hasSuffix("-\(name)") {
                try Files.removeTree("\(folder)\(entry)")
            }
        }
    }
}
