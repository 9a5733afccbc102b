/// A VM gets another name.
package struct RenameVM: Equatable, Sendable, Codable {
    package var name: String

    package init(name: String) { self.name = name }
}
