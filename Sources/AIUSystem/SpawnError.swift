internal import CLinux

/// Why a program could not be started, and at which step.
package struct SpawnError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Stage: Equatable, Sendable {
        case process, session, descriptors, cgroup, limits, user, directory, execute, network

        init(_ native: aiu_spawn_stage) {
            self =
                switch native {
                case AIU_STAGE_SESSION: .session
                case AIU_STAGE_DESCRIPTORS: .descriptors
                case AIU_STAGE_CGROUP: .cgroup
                case AIU_STAGE_LIMITS: .limits
                case AIU_STAGE_USER: .user
                case AIU_STAGE_DIRECTORY: .directory
                case AIU_STAGE_EXEC: .execute
                case AIU_STAGE_NETWORK: .network
                case _: .process
                }
        }
    }

    package let program: String
    package let stage: Stage
    package let directory: String?
    package let code: Errno

    package var description: String {
        switch stage {
        case .process: "cannot start a process for \(program): \(code)"
        case .session: "cannot give \(program) a session of its own: \(code)"
        case .descriptors: "cannot pass descriptors to \(program): \(code)"
        case .cgroup: "cannot put \(program) into its control group: \(code)"
        case .limits: "cannot limit the resources of \(program): \(code)"
        case .user: "cannot change the user of \(program): \(code)"
        case .directory: "cannot run \(program) in \(directory ?? "."): \(code)"
        case .network: "cannot put \(program) into its network namespace: \(code)"
        case .execute: "cannot run \(program): \(code)"
        }
    }
}
