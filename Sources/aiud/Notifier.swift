internal import AIUSystem
internal import Glibc

/// Tells whoever started the daemon that it is ready or stopping, by the protocol of sd_notify(3).
struct Notifier {
    private let address: String?

    init(environment: (String) -> String?) { address = environment("NOTIFY_SOCKET") }

    func ready() { send("READY=1\nMAINPID=\(getpid())\n") }
    func stopping() { send("STOPPING=1\n") }

    private func send(_ message: String) {
        guard let address, !address.isEmpty else { return }
        do {
            try DatagramSocket.send(message, to: address)
        } catch {
            // `aiu` listens for the first word only.
            Log("aiud").debug("whoever started this cannot be told: \(error)")
        }
    }
}
