package import AIUModel

/// The requests that the supervisor understands.
package enum Calls {
    static let vms = ["v1", "vms"]

    package static var list: Request { list(selector: nil) }

    package static func list(selector: LabelSelector?) -> Request {
        Request(
            .get, vms, query: selector.map { [("selector", $0.description)] } ?? [], purpose: "listing the VMs")
    }

    package static func create(_ vm: CreateVM) throws(ClientError) -> Request {
        Request(.post, vms, body: try Client.encode(vm), purpose: "creating a VM")
    }

    package static func inspect(_ name: VMName) -> Request {
        Request(.get, vms + [name.text], purpose: "looking at '\(name)'")
    }

    package static func delete(_ name: VMName, force: Bool, purge: Bool = false) -> Request {
        var query: [(name: String, value: String)] = force ? [("force", "true")] : []
        if purge { query.append(("purge", "true")) }
        return Request(.delete, vms + [name.text], query: query, purpose: "deleting '\(name)'")
    }

    package static func start(_ name: VMName, timeoutMilliseconds: Int?) throws(ClientError) -> Request {
        Request(
            .post, vms + [name.text, "start"],
            body: try Client.encode(StartVM(timeoutMilliseconds: timeoutMilliseconds)), purpose: "starting '\(name)'")
    }

    package static func stop(_ name: VMName, _ order: StopVM) throws(ClientError) -> Request {
        Request(
            .post, vms + [name.text, "stop"], body: try Client.encode(order), purpose: "stopping '\(name)'")
    }

    package static func restart(_ name: VMName, _ order: RestartVM) throws(ClientError) -> Request {
        Request(
            .post, vms + [name.text, "restart"], body: try Client.encode(order), purpose: "restarting '\(name)'")
    }

    package static func ping(_ name: VMName) -> Request {
        Request(.post, vms + [name.text, "ping"], purpose: "pinging '\(name)'")
    }

    package static func operations(of name: VMName, purpose: String) -> Request {
        Request(
            .get, vms + [name.text, "operations"], upgrade: APIVersion.operationUpgrade, purpose: purpose)
    }

    package static func readFile(_ path: String, of name: VMName) -> Request {
        Request(
            .get, vms + [name.text, "files"], query: [("path", path)], purpose: "reading \(path) of '\(name)'")
    }

    package static func writeFile(_ path: String, _ bytes: [UInt8], of name: VMName) -> Request {
        Request(
            .put, vms + [name.text, "files"], query: [("path", path)], body: bytes,
            contentType: "application/octet-stream", purpose: "writing \(path) of '\(name)'")
    }

    package static func logs(of name: VMName, source: LogSource, tail: Int?, follow: Bool) -> Request {
        logs(at: vms + [name.text], name.text, source, tail, follow)
    }

    package static func logs(
        ofDeleted reference: VMReference, source: LogSource, tail: Int?, follow: Bool
    ) -> Request {
        logs(at: kept + [reference.text], reference.text, source, tail, follow)
    }

    private static func logs(
        at place: [String], _ name: String, _ source: LogSource, _ tail: Int?, _ follow: Bool
    ) -> Request {
        var query = [(name: "source", value: source.rawValue)]
        if let tail { query.append(("tail", String(tail))) }
        if follow { query.append(("follow", "true")) }
        return Request(.get, place + ["logs"], query: query, purpose: "reading the logs of '\(name)'")
    }

    package static func events(after sequence: Int64, follow: Bool) -> Request {
        Request(
            .get, ["v1", "events"], query: [("after", String(sequence))],
            accept: follow ? "text/event-stream" : "application/json", purpose: "reading the events")
    }

    /// Only what happens from now on.
    package static var newEvents: Request { events(after: 9_007_199_254_740_991, follow: true) }

    package static var status: Request {
        Request(.get, ["v1", "system"], anyVersion: true, purpose: "asking aiud how it is")
    }

    package static var usage: Request { Request(.get, ["v1", "system", "usage"], purpose: "measuring the disks") }

    package static var health: Request {
        Request(.get, ["v1", "system", "health"], purpose: "examining this machine")
    }

    package static var shutDown: Request {
        Request(.post, ["v1", "system", "stop"], anyVersion: true, purpose: "stopping aiud")
    }

    package static var version: Request {
        Request(.get, ["v1", "version"], anyVersion: true, purpose: "asking aiud for its version")
    }
}

/// Whose words a log holds.
package enum LogSource: String, Sendable {
    /// The agent's and the kernel's lines, sent over vsock.
    case agent
    /// Everything on the serial console.
    case console
}
