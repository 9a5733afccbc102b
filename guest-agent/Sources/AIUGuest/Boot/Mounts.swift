internal import AIUSystem
internal import CLinux
internal import Glibc

/// Mounting, with sentences instead of numbers when it fails.
enum Mounts {
    /// How something is mounted.
    struct Flags: OptionSet {
        let rawValue: Int
        static let noSuid = Flags(rawValue: AIU_MOUNT_NOSUID)
        static let noDev = Flags(rawValue: AIU_MOUNT_NODEV)
        static let noExec = Flags(rawValue: AIU_MOUNT_NOEXEC)
        static let noAccessTime = Flags(rawValue: AIU_MOUNT_NOATIME)
        static let move = Flags(rawValue: AIU_MOUNT_MOVE)
    }

    /// The problem, if there was one.
    static func mount(
        _ source: String, on target: String, type: String?, _ flags: Flags, _ options: String?
    ) -> [String] {
        let result = call(source, target, type, UInt32(flags.rawValue), options)
        // The kernel may have mounted it already.
        guard result < 0, !(result == -EBUSY && type != "ext4" && type != "overlay") else { return [] }
        return ["\(source) could not be mounted on \(target): \(Errno(-result))"]
    }

    static func move(_ source: String, to target: String) -> [String] {
        mount(source, on: target, type: nil, .move, nil)
    }

    private static func call(
        _ source: String, _ target: String, _ type: String?, _ flags: UInt32, _ options: String?
    ) -> Int32 {
        switch (type, options) {
        case (let type?, let options?): unsafe aiu_mount(source, target, type, flags, options)
        case (let type?, nil): unsafe aiu_mount(source, target, type, flags, nil)
        case (nil, let options?): unsafe aiu_mount(source, target, nil, flags, options)
        case (nil, nil): unsafe aiu_mount(source, target, nil, flags, nil)
        }
    }
}
