internal import AIUModel
internal import AIUSystem

extension Routes {
    private static let mostLines: Int64 = 100_000

    /// What VMs wrote.
    static let logs: [Route] = [
        logs(
            "/v1/vms/{name}/logs", "logs", "What a VM's agent or console wrote.",
            whose: { request throws(Failure) in try request.name().text },
            { request, control async throws(Failure) in try await control.logs(of: try request.name()) }),
        logs(
            "/v1/deleted/{reference}/logs", "deletedLogs", "What a deleted VM's agent or console wrote.",
            whose: { request throws(Failure) in try request.reference().text },
            { request, control async throws(Failure) in
                try await control.logs(ofDeleted: try request.reference())
            }),
    ]

    private static func logs(
        _ template: String, _ identifier: String, _ summary: String,
        whose: @escaping @Sendable (Request) throws(Failure) -> String,
        _ files: @escaping @Sendable (Request, any Supervision) async throws(Failure) -> LogFiles
    ) -> Route {
        Route(
            method: .get, template: template, identifier: identifier, permission: .read, summary: summary,
            query: [
                .init(name: "source", schema: .choice(LogSource.self), note: "The agent's log when left out."),
                .init(name: "tail", schema: .integer(0...mostLines), note: "Only so many lines from the end."),
                .init(name: "follow", schema: .boolean, note: "Goes on with what is written from now on."),
            ],
            answer: .text, refusals: [.invalid, .notFound, .conflict], endsWithClient: true, disclosesContents: true
        ) { request, context async throws(Failure) in
            let name = try whose(request)
            let source = request.query["source"].flatMap { LogSource(rawValue: $0) } ?? .agent
            let control = context.control
            let paths = source.paths(try await files(request, control))
            let reader: LogReader
            do throws(SystemError) {
                reader = try LogReader(paths, tail: request.number("tail").map { Int($0) })
            } catch {
                throw Failure(.internalError, "the logs of '\(name)' cannot be read: \(error)")
            }
            let follow = request.flag("follow") ? context.settings.logInterval : nil
            return .stream(type: Response.text) { stream in
                await reader.send(to: stream, followingEvery: follow) {
                    do throws(Failure) {
                        return source.paths(try await files(request, control))
                    } catch {
                        // The VM is gone, and its logs with it: the stream ends.
                        return nil
                    }
                }
                return nil
            }
        }
    }
}

/// Which of a VM's logs.
enum LogSource: String, Sendable, CaseIterable {
    case agent, console

    func paths(_ files: LogFiles) -> [String] {
        switch self {
        case .agent: files.agent
        case .console: files.console
        }
    }
}
