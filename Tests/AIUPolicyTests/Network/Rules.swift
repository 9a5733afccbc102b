import AIUJSON
import AIUModel
import AIUPolicy

/// Rules as people write them, the widest scope first.
func filter(_ layers: String...) throws -> NetworkFilter {
    let rules = try layers.enumerated().map { index, text in
        EgressRules.Layer(
            scope: "scope \(index)", rules: try NetworkRules(try JSONNode(parsing: Array(text.utf8))))
    }
    return NetworkFilter(EgressRules(sequence: 1, policyVersion: 7, layers: rules))
}

/// What a verdict says, in a word.
func word(_ verdict: NetworkVerdict) -> String {
    switch verdict {
    case .allowed: "allowed"
    case .denied: "denied"
    case .dependsOnRequest: "depends"
    }
}
