/// A deleted VM is to be there again.
package struct RecoverVM: Equatable, Sendable, Codable {
    /// Its former name when nil.
    package var name: String?

    package init(name: String? = nil) { self.name = name }
}
