package import AIUInferenceLink

/// Why a request got no answer: it was refused, or nobody wants the answer any more.
package enum InferenceProblem: Error {
    case refused(InferenceFailure)
    case gone(InferenceError)
}
