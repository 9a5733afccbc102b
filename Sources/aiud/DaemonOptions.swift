internal import AIUCommandLine

/// What `aiud` can be started with.
struct DaemonOptions: Sendable {
    static let command = Command(
        "aiud", summary: "The supervisor of AIU Virtual",
        discussion: """
            Creates and controls the VMs of one state directory and serves them over a Unix socket. It runs in the \
            foreground; `aiu` starts it when it is needed. VMs outlive it: the next one takes them over.
            """,
        options: [
            Option("state", value: "DIR", "where everything is kept (default: $AIU_STATE, /var/lib/aiu for root)"),
            Option("config", value: "FILE", "aiud.json (default: /etc/aiu/aiud.json, if it is there)"),
        ])

    var state: String?
    var configuration: String?

    init(_ arguments: Arguments) {
        state = arguments.option("state")
        configuration = arguments.option("config")
    }
}
