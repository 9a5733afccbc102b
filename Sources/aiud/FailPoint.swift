internal import AIUJSON
internal import AIUModel
internal import AIUSupervisor
internal import Glibc
internal import Synchronization

/// Ends this process right after a certain step, as a `kill -9` would: `AIU_FAIL_POINT=machineBooted`, or
/// `machineBooted:3` for the third time. Only for tests of recovery.
enum FailPoint {
    private static let variable = "AIU_FAIL_POINT"

    static func hook(
        _ environment: (String) -> String?
    ) throws(Failure) -> @Sendable (Step) throws(Failure) -> Void {
        guard let text = environment(variable) else { return { _ throws(Failure) in } }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, let step = Step(rawValue: name) else {
            let hint = NearestName.find(parts.first ?? "", in: Step.allCases.map(\.rawValue))
            throw Failure(
                .invalid,
                "\(variable): there is no step '\(text.prefix(80))'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
        }
        guard let times = parts.count == 1 ? 1 : Int(parts[1]), times > 0 else {
            throw Failure(.invalid, "\(variable): '\(parts[1].prefix(80))' is not the number of a time, such as 2")
        }
        return Counter(left: times).hook(step)
    }

    /// How often the step is still let pass.
    private final class Counter: Sendable {
        private let left: Atomic<Int>

        init(left: Int) { self.left = Atomic(left) }

        func hook(_ step: Step) -> @Sendable (Step) throws(Failure) -> Void {
            { reached throws(Failure) in
                guard reached == step else { return }
                if self.left.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { _exit(137) }
            }
        }
    }
}
