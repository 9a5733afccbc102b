internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// One request with its grant.
struct MeterAdmission: MeteredRequest {
    let request: AssistRequest
    let executor: LoopExecutor
    let plan: MeterRun.Plan
    let toolLimits: [ToolName: Int]
    /// It would have got more but for a budget.
    let isBudget: Bool

    func attach(_ machine: Int32, recorder: (any AnswerRecorder)?) async throws(Failure) -> Int32 {
        let ends: (Int32, Int32)
        do throws(SystemError) {
            ends = try UnixSocket.pair().take()
        } catch {
            close(machine)
            await abandon()
            throw Failure(.internalError, "\(error)")
        }
        let meter = AnswerMeter(
            request, limit: plan.grant.responseTokens, reason: plan.grant.limit, isBudget: isBudget,
            toolLimits: toolLimits,
            limits: plan.limits)
        let run = MeterRun(executor, plan, meter, guest: machine, client: ends.1, recorder: recorder)
        Task { await run.run() }
        return ends.0
    }

    func abandon() async {
        do throws(Failure) {
            try await plan.ledger.settle(plan.grant.id, delivered: 0, .unsent)
        } catch {
            plan.log.error("\(plan.subject): what was reserved was not given back: \(error)")
        }
    }
}
