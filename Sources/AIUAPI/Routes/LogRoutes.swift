internal import AIUModel
internal import AIUSystem

extension Routes {
    private static let mostLines: Int64 = 100_000

    /// What VMs wrote.
    static let logs: [Route] = [
        Route(
            method: .get, template: "/v1/vms/{name}/logs", identifier: "logs",
            summary: "What a VM's agent or console wrote.",
            query: [
                .init(name: "source", schema: .choice(LogSource.self), note: "The agent's log when left out."),
                .init(name: "tail", schema: .integer(0...mostLines), note: "Only so many lines from the end."),
                .init(name: "follow", schema: .boolean, note: "Goes on with what is written from now on."),
            ],
            answer: .text, refusals: [.invalid, .notFound], endsWithClient: true
        ) { request, context async throws(Failure) in
            let name = try request.name()
            let source = request.query["source"].flatMap { LogSource(rawValue: $0) } ?? .agent
            let paths = source.paths(try await context.control.logs(of: name))
            let reader: LogReader
            do throws(SystemError) {
                reader = try LogReader(paths, tail: request.number("tail").map { Int($0) })
            } catch {
                throw Failure(.internalError, "the logs of '\(name)' cannot be read: \(error)")
            }
            let follow = request.flag("follow") ? context.settings.logInterval : nil
            let control = context.control
            return .stream(type: Response.text) { stream in
                await reader.send(to: stream, followingEvery: follow) {
                    do throws(Failure) {
                        return source.paths(try await control.logs(of: name))
                    } catch {
                        // The VM is gone, and its logs with it: the stream ends.
                        return nil
                    }
                }
            }
        }
    ]
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
