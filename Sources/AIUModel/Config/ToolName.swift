/// The tools a model can be given.
package enum ToolName: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    // Mathematics
    case calculator, integrator
    case algebraSolver = "algebra_solver"
    case statistics
    // Files
    case csv, json, pdf, excel
    // Language
    case summarizer, translator
    case textSearch = "text_search"
    case sentiment
    // Utilities
    case fileBrowser = "file_browser"
    case codeRunner = "code_runner"
    case shell, ocr, tts, image
    case webScraper = "web_scraper"
    // System
    case processMonitor = "process_monitor"
    case logAnalyzer = "log_analyzer"
    case backupManager = "backup_manager"
    case updateController = "update_controller"
    // Development
    case codeDebugger = "code_debugger"
    case apiTester = "api_tester"
    case docGenerator = "doc_generator"
    case versionController = "version_controller"
    // Analytics
    case dataMiner = "data_miner"
    case trendAnalyzer = "trend_analyzer"
    case reportGenerator = "report_generator"
    case benchmarkSuite = "benchmark_suite"
}
