extension Plan {
    /// Without a last step that is the one before it once more: "and the median?" sounds like a second step to the
    /// router, and nobody asks for the same twice. Steps in the middle stay, because later ones count them.
    package var withoutRepetition: Plan {
        var kept = calls
        while kept.count > 1, let last = kept.last {
            let before = kept[kept.count - 2]
            guard last.tool == before.tool, last.arguments == before.arguments else { break }
            kept.removeLast()
        }
        return Plan(calls: kept, confidence: confidence, missing: missing)
    }
}
