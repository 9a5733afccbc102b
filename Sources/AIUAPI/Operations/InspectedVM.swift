internal import AIUModel

/// A VM that one request looks at, once, however many want to know something of it.
actor InspectedVM {
    private let name: VMName
    private let control: any Supervision
    private var seen: Task<Result<VMView, Failure>, Never>?

    init(_ name: VMName, _ control: any Supervision) {
        self.name = name
        self.control = control
    }

    func view() async throws(Failure) -> VMView {
        let (name, control) = (name, control)
        let task =
            seen
            ?? Task {
                do throws(Failure) {
                    return .success(try await control.inspect(name))
                } catch {
                    return .failure(error)
                }
            }
        seen = task
        return try await task.value.get()
    }
}
