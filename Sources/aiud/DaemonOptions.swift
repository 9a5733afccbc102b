internal import AIUCommandLine
internal import AIUModel

/// What `aiud` was started with.
struct DaemonOptions {
    var state: String?
    var configuration: String?
}
