internal import AIUSystem

extension SystemError {
    /// For whoever asked for something to be kept.
    var told: String { code == .noSpace ? "the VM's disk is full; free some space in it" : description }
}
