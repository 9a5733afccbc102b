internal import AIUCommandLine

extension String {
    /// With spaces up to a width, at least one.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - DisplayWidth.of(self)))
    }
}
