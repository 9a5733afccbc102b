import AIUJSON
import AIUModel

/// Whatever the bytes: the parser answers, what it read survives being written, and so does a configuration.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzJSON(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    switch Result(catching: { () throws(JSONError) in try JSON(parsing: bytes) }) {
    case .success(let json): checkJSON(json)
    case .failure(let error): precondition(!error.description.isEmpty, "a refusal without words")
    }
    switch Result(catching: { () throws(ConfigError) in try AIUConfig.parse(bytes) }) {
    case .success(let config):
        let again = Result { () throws(ConfigError) in try AIUConfig.parse(config.canonicalBytes) }
        precondition(again == .success(config), "the canonical text reads differently")
    case .failure(let error):
        precondition(!error.problems.isEmpty, "a refusal without problems")
        precondition(error.problems.count <= ConfigBounds.reportedProblems, "too many problems")
        precondition(!error.description.isEmpty, "a refusal without words")
    }
    return 0
}

private func checkJSON(_ json: JSON) {
    for isPretty in [false, true] {
        let again = Result { () throws(JSONError) in try JSON(parsing: json.bytes(pretty: isPretty)) }
        precondition(again == .success(json), "the written text reads differently")
    }
    let coded = Result { () throws(JSONError) in try JSONText.decode(JSON.self, from: JSON(encoding: json)) }
    precondition(coded == .success(json), "the coded value reads differently")
}
