package import AIUJSON

/// One tool of a VM to be run without the model.
package struct RunTool: Equatable, Sendable, Codable {
    /// An object that fits the tool's schema; an empty one when nil.
    package var arguments: JSON?
    /// Paths in the VM, absolute or relative to `/workspace`.
    package var files: [String]?
    /// It may run although it is sensitive.
    package var confirmed: Bool?
    /// Where it puts the files that it makes.
    package var resultsFolder: String?
    /// Ten minutes when nil.
    package var timeoutMilliseconds: Int?

    package init(
        arguments: JSON? = nil, files: [String]? = nil, confirmed: Bool? = nil, resultsFolder: String? = nil,
        timeoutMilliseconds: Int? = nil
    ) {
        self.arguments = arguments
        self.files = files
        self.confirmed = confirmed
        self.resultsFolder = resultsFolder
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
