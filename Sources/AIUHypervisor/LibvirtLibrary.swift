internal import AIUSystem
internal import CLibvirt
internal import Glibc

/// libvirt's state for the whole process: initialised once, silent, its event loop on a thread of its own.
enum LibvirtLibrary {
    private static let log = Log("libvirt")

    /// Nil when libvirt is ready; why it is not, otherwise. libvirt cannot be initialised twice.
    private static let problem: LibvirtError? = {
        guard virInitialize() == 0 else { return .last("initialise libvirt") }
        // Without this libvirt writes every error to stderr, also those that are expected.
        unsafe virSetErrorFunc(nil) { _, _ in }
        guard virEventRegisterDefaultImpl() == 0 else { return .last("start libvirt's event loop") }
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, nil, { _ in LibvirtLibrary.serveEvents() }, nil)
        guard code == 0 else {
            return LibvirtError(
                "start libvirt's event loop", kind: .other, message: "no thread for it: \(Errno(code))")
        }
        pthread_detach(thread)
        return nil
    }()

    /// Call before the first connection is opened: an embedded driver needs the event loop from its start.
    static func prepare() throws(LibvirtError) {
        if let problem { throw problem }
    }

    static var version: String {
        var number: UInt = 0
        guard unsafe virGetVersion(&number, nil, nil) == 0 else { return "unknown" }
        return versionText(number)
    }

    static func versionText(_ number: UInt) -> String {
        "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    private static func serveEvents() -> Never {
        while true {
            if virEventRunDefaultImpl() < 0 {
                log.error("\(LibvirtError.last("wait for libvirt's events"))")
                sleep(1)  // an error that persists must not take a whole processor
            }
        }
    }
}
