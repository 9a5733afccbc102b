extension Toolbox {
    /// Mathematics, analytics and the machine itself.
    static let numeric: [any Tool.Type] = [
        Calculator.self, Integrator.self, AlgebraSolver.self, Statistics.self, DataMiner.self, TrendAnalyzer.self,
        ProcessMonitor.self, BenchmarkSuite.self,
    ]
}
