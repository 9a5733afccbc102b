internal import AIUJSON
internal import AIUModel

extension Routes {
    private static let mostEvents: Int64 = 1000

    /// What happened, and what happens.
    static let events: [Route] = [
        Route(
            method: .get, template: "/v1/events", identifier: "events", permission: .see,
            summary: "Events after a number: as a list, or as server-sent events that go on.",
            query: [
                .init(name: "after", schema: .count, note: "The number of the last event that is known already."),
                .init(name: "limit", schema: .integer(1...mostEvents), note: "How many events the list has at most."),
                .init(
                    name: "follow", schema: .boolean,
                    note: "Server-sent events instead of a list, as with `Accept: text/event-stream`."),
            ],
            answer: .events(.array(of: .reference("VMEvent"))), endsWithClient: true
        ) { request, context async throws(Failure) in
            let after = request.number("after") ?? 0
            guard request.flag("follow") || request.headers["accept"]?.contains(Response.eventStream) == true else {
                let limit = Int(request.number("limit") ?? mostEvents)
                return try .value(try await context.control.events(after: after, limit: limit))
            }
            // A browser that lost its connection says in this header where to go on.
            let known = request.headers["last-event-id"].flatMap { Int64($0) } ?? after
            let events = try await context.control.eventStream(after: known)
            let heartbeat = context.settings.heartbeat
            return .stream(type: Response.eventStream) { stream in
                await send(events, after: known, heartbeat: heartbeat, to: stream)
                return nil
            }
        }
    ]

    private static func send(
        _ events: AsyncStream<VMEvent>, after known: Int64, heartbeat: Duration, to stream: ByteStream
    ) async {
        await stream.stayAlive(every: heartbeat) {
            var last = known
            for await event in events {
                do {
                    let data = try JSONText.encodeString(event)
                    let text = "\(gap(last, event))id: \(event.sequence)\ndata: \(data)\n\n"
                    guard await stream.write(Array(text.utf8)) else { return }
                    last = event.sequence
                } catch {
                    // An event without a JSON form would be a broken promise of the model; the reader starts anew.
                    return
                }
            }
        }
    }

    /// A comment where events are missing because only the newest are kept. From the very beginning nothing is missing.
    private static func gap(_ last: Int64, _ next: VMEvent) -> String {
        guard last > 0, next.sequence - 1 > last else { return "" }
        return ": \(next.sequence - 1 - last) events before this one are no longer kept\n"
    }
}
