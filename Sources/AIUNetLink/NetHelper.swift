internal import AIUJSON
package import AIUModel
package import AIUSystem
internal import Glibc
internal import Synchronization

/// The supervisor's end: asks `aiu-net`, which has the privileges over networks that the supervisor has not.
package final class NetHelper: Sendable {
    /// A proxy that runs in a network namespace.
    package struct Entered: ~Copyable {
        package let child: Child
        package let identity: String

        package consuming func take() -> Child { child }
    }

    /// Every answer is a matter of milliseconds.
    private static let patience: Duration = .seconds(3)

    /// Nil once it does not answer any more.
    private let channel: Mutex<NetChannel?>

    /// Starts the program, which ends when this does, however that ends. To be called while there are still privileges.
    package init(program: String, proxy: String, roots: String?) throws {
        let (near, far) = try UnixSocket.pair().take()
        channel = Mutex(NetChannel(FileDescriptor(owning: near)))
        let other = FileDescriptor(owning: far)
        var request = SpawnRequest(program, ["--proxy", proxy] + (roots.map { ["--roots", $0] } ?? []))
        request.descriptors = [-1, -1, STDERR_FILENO, other.raw]
        request.newSession = true
        request.noNewPrivileges = true
        _ = try Child.spawn(request)
    }

    /// Starts a VM's proxy in a namespace; `descriptors` are its log, the supervisor's socket, and the two that listen.
    package func enter(_ namespace: String, descriptors: [Int32]) throws(NetProblem) -> Entered {
        let request = NetRequest(enter: NetRequest.Enter(namespace: namespace))
        let (answer, handle) = try ask(request, descriptors)
        guard let entered = answer.entered, handle >= 0 else { throw NetProblem("aiu-net answers something else") }
        return Entered(
            child: Child(pid: entered.pid, pidfd: FileDescriptor(owning: handle)), identity: entered.identity)
    }

    /// Makes a card ready, or its rules others; why names will not be found, if that is so.
    package func put(_ card: NetworkCard, _ rules: CardRules, owner: UInt32) throws(NetProblem) -> String? {
        try order(NetRequest(put: NetRequest.Put(card: card, rules: rules, owner: owner))).warning
    }

    /// Nothing passes the card when it returns.
    package func cut(_ card: NetworkCard) throws(NetProblem) { _ = try order(NetRequest(cut: card)) }

    /// Nothing is left of the card when it returns; throws while a machine has it.
    package func drop(_ card: NetworkCard) throws(NetProblem) { _ = try order(NetRequest(drop: card)) }

    /// What passed each card that has rules, by device.
    package func count() throws(NetProblem) -> [String: CardUse] { try order(NetRequest()).used ?? [:] }

    private func order(_ request: NetRequest) throws(NetProblem) -> NetAnswer {
        let (answer, handle) = try ask(request, [])
        if handle >= 0 { close(handle) }
        return answer
    }

    /// The answer, and the descriptor that came along, or -1.
    private func ask(_ request: NetRequest, _ descriptors: [Int32]) throws(NetProblem) -> (NetAnswer, Int32) {
        let result = channel.withLock { channel -> Result<(NetAnswer, Int32), NetProblem> in
            guard let present = channel else {
                return .failure(NetProblem("aiu-net has ended, and only a new start of aiud brings it back"))
            }
            do {
                try present.send(request, descriptors)
                let message = try present.receive(within: Self.patience)
                guard !message.bytes.isEmpty else { throw NetProblem("it has ended") }
                let answer = try JSONText.decode(NetAnswer.self, from: message.bytes)
                return .success((answer, message.takeFirst()))
            } catch {
                // An answer that comes later would be taken for another question's.
                channel = nil
                return .failure(NetProblem("aiu-net does not answer: \(error)"))
            }
        }
        let (answer, handle) = try result.get()
        if let problem = answer.problem {
            if handle >= 0 { close(handle) }
            throw NetProblem(problem)
        }
        return (answer, handle)
    }
}
