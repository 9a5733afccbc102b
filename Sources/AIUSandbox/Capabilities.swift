internal import AIUSystem
internal import CCapNG

/// The privileges of root, given up one set after the other.
enum Capabilities {
    /// The bounding set: what a program executed later could still get. Needs a capability itself, so it comes first.
    static func dropBounds() throws(SystemError) {
        guard capng_have_capability(CAPNG_EFFECTIVE, 8) != 0 else { return }
        capng_clear(CAPNG_SELECT_BOUNDS)
        try check(capng_apply(CAPNG_SELECT_BOUNDS), "drop the bounding set")
    }

    static func dropAll() throws(SystemError) {
        capng_clear(CAPNG_SELECT_CAPS)
        try check(capng_apply(CAPNG_SELECT_CAPS), "drop capabilities")
    }

    /// Gives up all but these, also for what is executed later. What is not there cannot be kept.
    static func keep(_ numbers: [UInt32]) throws(SystemError) {
        let held = numbers.filter { capng_have_capability(CAPNG_PERMITTED, $0) != 0 }
        capng_clear(CAPNG_SELECT_BOTH)
        let sets = CAPNG_EFFECTIVE.rawValue | CAPNG_PERMITTED.rawValue | CAPNG_BOUNDING_SET.rawValue
        for number in held {
            try check(capng_update(CAPNG_ADD, capng_type_t(rawValue: sets), number), "keep capability \(number)")
        }
        try check(capng_apply(CAPNG_SELECT_BOTH), "drop capabilities")
    }

    private static func check(_ result: Int32, _ call: String) throws(SystemError) {
        guard result == 0 else { throw SystemError(call, "(libcap-ng says \(result))", code: .current) }
    }
}
