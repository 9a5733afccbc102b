package import AIUJSON

/// What a tool's program reads from its standard input: one JSON value. Plug-ins get the same.
package struct ToolInvocation: Codable, Equatable, Sendable {
    package static let longest = 4 << 20

    package var tool: String
    /// An object that fits the tool's schema; references to earlier results are already replaced.
    package var arguments: JSON
    /// Absolute paths of the files that came with the prompt.
    package var files: [String]
    /// Where to put files that are made, unless an argument names a place.
    package var resultsFolder: String
    /// The person's languages, the preferred one first; ISO 639-1.
    package var languages: [String]

    package init(
        tool: String, arguments: JSON, files: [String] = [], resultsFolder: String, languages: [String] = ["en"]
    ) {
        self.tool = tool
        self.arguments = arguments
        self.files = files
        self.resultsFolder = resultsFolder
        self.languages = languages
    }
}

/// What a tool's program writes to its standard output: one JSON value.
package struct ToolReply: Codable, Equatable, Sendable {
    package static let longest = 1 << 20
    /// Bytes of `text`; what is longer goes into a file.
    package static let longestText = 64 * 1024

    /// A sentence that says the result in the person's language: a name in the catalogue of phrases, and what fills it.
    package struct Phrase: Codable, Equatable, Sendable {
        /// Such as `csv.average`.
        package var name: String
        package var values: [String: String]

        package init(_ name: String, _ values: [String: String] = [:]) {
            self.name = name
            self.values = values
        }
    }

    /// Why there is no result.
    package struct Failure: Error, Codable, Equatable, Sendable, CustomStringConvertible {
        package enum Reason: String, Codable, Sendable {
            /// An argument is missing or has no meaning.
            case invalid
            case notFound
            /// A file is not what it should be.
            case damaged
            case denied
            case tooLarge
            case timedOut
            /// The engine is not in this image.
            case unavailable
            case failed
        }

        package var reason: Reason
        /// One sentence: what, where, why, and what to do.
        package var message: String

        package init(_ reason: Reason, _ message: String) {
            self.reason = reason
            self.message = message
        }

        package var description: String { message }
    }

    /// The bare result: what `⟦N⟧` stands for in a later step. Tables as CSV, lists as lines, a number alone.
    package var text: String
    package var value: JSON?
    package var phrase: Phrase?
    /// Absolute paths of files that were made.
    package var files: [String]
    package var failure: Failure?

    package init(text: String, value: JSON? = nil, phrase: Phrase? = nil, files: [String] = []) {
        self.text = text
        self.value = value
        self.phrase = phrase
        self.files = files
    }

    package init(_ failure: Failure) {
        text = ""
        files = []
        self.failure = failure
    }
}
