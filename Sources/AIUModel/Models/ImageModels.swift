/// The models that are in every image: a VM has them without being given anything.
package enum ImageModels {
    package static let names: [ModelRole: String] = [.router: "aiu-router", .embedding: "aiu-embedding"]

    package static func contains(_ name: ModelName) -> Bool { names.values.contains(name.text) }
}
