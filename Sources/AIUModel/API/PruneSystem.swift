/// What to sweep away. Nothing chosen means nothing done.
package struct PruneSystem: Equatable, Sendable, Codable {
    /// Deleted VMs that are still kept.
    package var deleted: Bool
    /// VMs that failed.
    package var failed: Bool
    /// Images that no VM uses and that are not the newest of their flavour.
    package var images: Bool
    /// Stamps that no longer fit an image or a layout.
    package var stamps: Bool
    /// Files of models that have no name.
    package var models: Bool
    /// Folders that belong to no VM.
    package var strays: Bool
    /// Only says what would go.
    package var dryRun: Bool

    package init(
        deleted: Bool = false, failed: Bool = false, images: Bool = false, stamps: Bool = false,
        models: Bool = false, strays: Bool = false, dryRun: Bool = false
    ) {
        self.deleted = deleted
        self.failed = failed
        self.images = images
        self.stamps = stamps
        self.models = models
        self.strays = strays
        self.dryRun = dryRun
    }

    /// What a request leaves out is not chosen.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        deleted = try container.decodeIfPresent(Bool.self, forKey: .deleted) ?? false
        failed = try container.decodeIfPresent(Bool.self, forKey: .failed) ?? false
        images = try container.decodeIfPresent(Bool.self, forKey: .images) ?? false
        stamps = try container.decodeIfPresent(Bool.self, forKey: .stamps) ?? false
        models = try container.decodeIfPresent(Bool.self, forKey: .models) ?? false
        strays = try container.decodeIfPresent(Bool.self, forKey: .strays) ?? false
        dryRun = try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
    }
}
