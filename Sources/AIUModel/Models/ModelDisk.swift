package import AIUWire

/// A model's file that a machine gets as a disk which it can only read.
package struct ModelDisk: Equatable, Sendable {
    package var path: String
    package var model: AttachedModel

    package init(path: String, model: AttachedModel) {
        self.path = path
        self.model = model
    }
}
