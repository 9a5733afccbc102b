// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every Swift target speaks the same strict dialect; a warning is an error.
let dialect: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// llama.cpp, which `scripts/llama` builds. In an image it lies beside the program; what is run where it was compiled finds
/// it from there, with or without a folder for a sanitizer in between.
let llama: [LinkerSetting] = [
    .unsafeFlags([
        "-L\(Context.packageDirectory)/build/llama/lib",
        "-Xlinker", "-rpath=$ORIGIN:$ORIGIN/../../../build/llama/lib:$ORIGIN/../../../../build/llama/lib",
    ])
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: dialect)
}

func program(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, linking: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path, swiftSettings: dialect, linkerSettings: linking)
}

/// `data`: what tests read where it lies.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], data: [String] = [], linking: [LinkerSetting] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: data, swiftSettings: dialect,
        linkerSettings: linking)
}

func system(_ name: String, package: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: package)
}

let systemLibraries: [Target] = [
    system("CLibvirt", package: "libvirt-qemu"),
    system("CGuestFS", package: "libguestfs"),
    system("CSQLite", package: "sqlite3"),
    system("CCapNG", package: "libcap-ng"),
    system("CSeccomp", package: "libseccomp"),
    system("CMicroHTTPD", package: "libmicrohttpd"),
    system("CLDAP"),
    system("CPAM"),
    system("CGnuTLS", package: "gnutls"),
    system("CDigest", package: "libmd"),
    // Without pkg-config, which would link it: `aiud` takes the shared library, `aiu` the static one.
    system("CSodium"),
    system("CLlama"),
    system("CNFTables", package: "libnftables"),
]

/// Shared by host and guest: no Foundation anywhere in here.
let shared: [Target] = [
    .target(name: "CLinux"),
    library("AIUJSON"),
    library("AIUWire", ["AIUJSON"]),
    library("AIUSystem", ["CLinux"]),
    library("AIUDigest", ["CDigest", "AIUSystem"]),
    library("AIUTransfer", ["AIUWire", "AIUSystem", "AIUDigest", "AIUJSON", "CLinux"]),
    library("AIUSandbox", ["AIUSystem", "CLinux", "CSeccomp", "CCapNG"]),
]

let host: [Target] = [
    library("AIUCommandLine", ["AIUJSON"]),
    library("AIUModel", ["AIUWire", "AIUJSON"]),
    library("AIUPolicy", ["AIUModel", "AIUJSON"]),
    library("AIULedger", ["AIUModel"]),
    library("AIUSupervisor", ["AIUModel", "AIUPolicy", "AIUWire", "AIUJSON"]),
    library("AIUHypervisor", ["AIUModel", "AIUSystem", "AIUJSON", "AIUWire", "CLinux", "CLibvirt"]),
    library("AIUSeal", ["AIUModel", "AIUSystem", "CSodium"]),
    library("AIULUKS", ["AIUModel", "AIUSystem", "AIUDigest", "CGnuTLS"]),
    library(
        "AIUImages", ["AIULUKS", "AIUSeal", "AIUModel", "AIUSystem", "AIUDigest", "AIUJSON", "CLinux", "CGuestFS"]),
    library("AIUArchive", ["AIUModel", "AIUSystem", "AIUDigest", "AIUJSON", "AIUWire", "CLinux"]),
    library("AIUModels", ["AIUModel", "AIUSystem", "AIUDigest"]),
    library("AIUAudit", ["AIUModel", "AIUSystem", "AIUDigest", "AIUJSON", "CSodium"]),
    library("AIUStore", ["AIULedger", "AIUModel", "AIUSystem", "AIUJSON", "CSQLite"]),
    library("AIUGuestLink", ["AIUModel", "AIUSystem", "AIUWire", "AIUJSON", "CLinux"]),
    library("AIUNetLink", ["AIUModel", "AIUSystem", "AIUJSON", "CLinux"]),
    library(
        "AIUNetHelper", ["AIUNetLink", "AIUModel", "AIUPolicy", "AIUSystem", "AIUJSON", "CLinux", "CNFTables"]),
    program("aiu-net", ["AIUNetHelper", "AIUSandbox", "AIUSystem"]),
    library(
        "AIUEgressLink", ["AIUNetLink", "AIUSeal", "AIUModel", "AIUSystem", "AIUWire", "AIUJSON", "CLinux"]),
    library("AIUVsock", ["AIUSystem", "CLinux"]),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    library("AIUEgress", ["AIUModel", "AIUPolicy", "AIUSystem", "AIUJSON", "CLinux", "COpenSSL"]),
    program("aiu-egress", ["AIUEgress", "AIUModel", "AIUSandbox", "AIUSystem"]),
    library(
        "AIUAPI",
        [
            "AIUModel", "AIUPolicy", "AIUDigest", "AIUJSON", "AIUSystem", "AIUWire", "CMicroHTTPD", "CGnuTLS", "CLinux",
        ]),
    library("AIUTokenLink", ["AIUSystem"]),
    library("AIUTokens", ["AIUTokenLink", "AIUModel", "AIUSystem", "CLinux"]),
    program(
        "aiu-tokens", ["AIUTokenLink", "AIUSandbox", "AIUSystem", "CLinux", "CLlama"],
        // From build/bin, and from where a package puts it.
        linking: llama + [.unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/../llama/lib:$ORIGIN/../lib/aiu"])]),
    library("AIUMeter", ["AIUModel", "AIUWire", "AIUJSON", "AIUSystem"]),
    library("AIUClient", ["AIUModel", "AIUJSON", "AIUSystem", "AIUWire", "AIUTransfer", "CLinux"]),
    library("AIULogin", ["AIUModel", "AIUSystem", "AIUDigest", "AIUJSON"]),
    library("AIUDirectory", ["AIULogin", "AIUModel", "AIUSystem", "CLDAP", "CPAM"]),
    program("aiu-login", ["AIUDirectory", "AIULogin", "AIUJSON", "AIUSystem"]),
    library("AIUTLS", ["AIUSystem", "CGnuTLS"]),
    program("aiu-tls", ["AIUTLS", "AIUSystem"]),
    program("aiu-vsockd", ["AIUVsock", "AIUSandbox", "AIUSystem"]),
    program(
        "aiud",
        [
            "AIUAPI", "AIUArchive", "AIUAudit", "AIUCommandLine", "AIUDigest", "AIUEgressLink", "AIUGuestLink",
            "AIUHypervisor", "AIUImages", "AIUJSON", "AIULogin", "AIUMeter",
            "AIUModel", "AIUModels", "AIUNetLink", "AIUPolicy",
            "AIUSandbox", "AIUSeal",
            "AIUStore", "AIUSupervisor", "AIUSystem", "AIUTokens", "CLinux",
        ], linking: [.linkedLibrary("sodium")]),
    library(
        "AIUVerbs",
        [
            "AIUAudit", "AIUClient", "AIUCommandLine", "AIUDigest", "AIUJSON", "AIUModel", "AIUSystem", "AIUTransfer",
            "AIUWire", "CLinux",
        ]),
    // Linked with libsodium itself: no command shall take the time to look for it.
    program("aiu", ["AIUVerbs"], linking: [.unsafeFlags(["-Xlinker", "-l:libsodium.a"])]),
]

let guest: [Target] = [
    library(
        "AIUGuest", ["AIUWire", "AIUSystem", "AIUDigest", "AIUTransfer", "AIUJSON", "CLinux"],
        path: "guest-agent/Sources/AIUGuest"),
    program("aiu-agent", ["AIUGuest", "CLinux"], path: "guest-agent/Sources/aiu-agent"),
    library("AIUDoor", ["AIUSystem", "CLinux"], path: "guest-agent/Sources/AIUDoor"),
    program("aiu-door", ["AIUDoor", "AIUSandbox", "AIUSystem"], path: "guest-agent/Sources/aiu-door"),
    library(
        "AIUTools",
        [
            "AIUInferenceLink", "AIUWire", "AIUSystem", "AIUSandbox", "AIUJSON", "CLinux", "CSQLite", "CToolData",
        ],
        path: "guest-agent/Sources/AIUTools"),
    .target(name: "CToolData", path: "guest-agent/Sources/CToolData", exclude: ["sentiment"]),
    library(
        "AIUInferenceLink", ["AIUWire", "AIUSystem", "AIUJSON"], path: "guest-agent/Sources/AIUInferenceLink"),
    library(
        "AIUInference", ["AIUInferenceLink", "AIUWire", "AIUSystem", "CLlama"],
        path: "guest-agent/Sources/AIUInference"),
    program(
        "aiu-inference", ["AIUInference", "AIUInferenceLink", "AIUSandbox", "AIUSystem", "AIUWire"],
        path: "guest-agent/Sources/aiu-inference", linking: llama),
    program(
        "aiu-tool", ["AIUTools", "AIUSandbox", "AIUSystem", "AIUWire"], path: "guest-agent/Sources/aiu-tool"),
    // Linked with all that libqalculate needs: the image would get curl, ICU's data and 30 libraries behind them.
    .executableTarget(
        name: "aiu-calculate", path: "guest-agent/Sources/aiu-calculate",
        cxxSettings: [.unsafeFlags(["-O2"])],
        linkerSettings: [
            .unsafeFlags(
                ["qalculate", "xml2", "icuuc", "mpfr", "gmp", "z", "lzma"].flatMap { ["-Xlinker", "-l:lib\($0).a"] }
                    + ["-Xlinker", "-lm"])
        ]),
    library(
        "AIUConversations", ["AIUWire", "AIUSystem", "AIUJSON"], path: "guest-agent/Sources/AIUConversations"),
    library(
        "AIUAssistant",
        ["AIURouter", "AIUConversations", "AIUInferenceLink", "AIUWire", "AIUSystem", "AIUJSON"],
        path: "guest-agent/Sources/AIUAssistant"),
    program("aiu-assistant", ["AIUAssistant"], path: "guest-agent/Sources/aiu-assistant"),
    library("AIURouter", ["AIUInferenceLink", "AIUWire", "AIUJSON"], path: "guest-agent/Sources/AIURouter"),
]

let unitTests: [Target] = [
    tests("AIUJSONTests", ["AIUJSON"]),
    tests("AIUWireTests", ["AIUWire"]),
    tests("AIUSystemTests", ["AIUSystem", "CLinux"]),
    tests("AIUDigestTests", ["AIUDigest"]),
    tests("AIUTransferTests", ["AIUTransfer", "AIUWire", "AIUSystem"]),
    tests("AIUCommandLineTests", ["AIUCommandLine", "AIUJSON", "AIUSystem"]),
    tests("AIUModelTests", ["AIUModel", "AIUJSON", "AIUWire", "AIUSystem"]),
    tests("AIULedgerTests", ["AIULedger", "AIUModel"]),
    tests("AIUPolicyTests", ["AIUPolicy", "AIUModel", "AIUJSON"]),
    tests(
        "AIUSupervisorTests",
        ["AIUSupervisor", "AIUArchive", "AIUModel", "AIUStore", "AIUSystem", "AIUWire", "AIUJSON"]),
    tests("AIUHypervisorTests", ["AIUHypervisor", "AIUModel", "AIUSystem", "AIUWire"]),
    tests(
        "AIUImagesTests", ["AIUImages", "AIULUKS", "AIUSeal", "AIUModel", "AIUSystem", "AIUDigest"],
        linking: [.linkedLibrary("sodium")]),
    tests("AIULUKSTests", ["AIULUKS", "AIUModel", "AIUSystem"]),
    tests("AIUArchiveTests", ["AIUArchive", "AIUModel", "AIUSystem", "AIUDigest", "AIUWire"]),
    tests("AIUModelsTests", ["AIUModels", "AIUModel", "AIUSystem", "AIUDigest"]),
    tests(
        "AIUAuditTests", ["AIUAudit", "AIUJSON", "AIUModel", "AIUSystem"], linking: [.linkedLibrary("sodium")]),
    tests(
        "AIUStoreTests",
        ["AIUStore", "AIULedger", "AIUModel", "AIUSystem", "CLinux", "aiu-ledger-storm"]),
    // Killed again and again by itself, to show what is left then; a program, because a test cannot be killed.
    program(
        "aiu-ledger-storm", ["AIUStore", "AIUModel", "AIUSystem"], path: "Tests/LedgerStorm"),
    tests("AIUGuestLinkTests", ["AIUGuestLink", "AIUModel", "AIUSystem", "AIUWire", "AIUJSON"]),
    tests("AIUEgressTests", ["AIUEgress", "AIUModel", "AIUPolicy", "AIUJSON", "AIUSandbox", "AIUSystem", "CLinux"]),
    tests(
        "AIUEgressLinkTests", ["AIUEgressLink", "AIUSeal", "AIUModel", "AIUSystem"],
        linking: [.linkedLibrary("sodium")]),
    tests(
        "AIUNetTests",
        ["AIUNetHelper", "AIUNetLink", "AIUModel", "AIUSandbox", "AIUSystem", "AIUJSON", "CLinux", "aiu-net"]),
    tests("AIUVsockTests", ["AIUVsock", "AIUSandbox", "AIUSystem", "CLinux"]),
    tests(
        "AIUAPITests",
        [
            "AIUAPI", "AIUClient", "AIULedger", "AIUModel", "AIUPolicy", "AIUJSON", "AIUSystem", "AIUTLS",
            "AIUTransfer",
            "AIUWire",
            "CLinux", "aiu", "aiu-tls",
        ]),
    tests("AIULoginTests", ["AIULogin", "AIUDirectory", "AIUModel", "AIUSystem", "aiu-login"]),
    tests("AIUTokensTests", ["AIUTokens", "AIUTokenLink", "AIUModel", "AIUSandbox", "AIUSystem", "aiu-tokens"]),
    tests("AIUMeterTests", ["AIUMeter", "AIUModel", "AIUJSON", "AIUSystem", "AIUWire"]),
    tests("AIUClientTests", ["AIUClient", "AIUModel", "AIUJSON", "AIUSystem", "AIUTransfer", "AIUWire"]),
    tests("AIUVerbsTests", ["AIUVerbs", "AIUClient", "AIUCommandLine", "AIUModel", "AIUJSON", "AIUSystem", "AIUWire"]),
    tests(
        "Integration", ["AIUJSON", "AIUModel", "AIUSeal", "AIUStore", "AIUSystem", "CLinux"],
        linking: [.linkedLibrary("sodium")]),
    tests("AIUToolsTests", ["AIUTools", "AIUInferenceLink", "AIUWire", "AIUSystem", "AIUJSON"]),
    tests(
        "AIUInferenceTests",
        [
            "AIUAssistant", "AIUConversations", "AIUInference", "AIUInferenceLink", "AIUWire", "AIUSystem", "AIUJSON",
        ], data: ["Fixtures"], linking: llama),
    tests("AIUConversationsTests", ["AIUConversations", "AIUWire", "AIUSystem", "AIUJSON"]),
    tests(
        "AIUAssistantTests",
        ["AIUAssistant", "AIURouter", "AIUConversations", "AIUInferenceLink", "AIUWire", "AIUSystem", "AIUJSON"]),
    tests(
        "AIURouterTests", ["AIURouter", "AIUInferenceLink", "AIUWire", "AIUJSON"], data: ["Planning/Vectors"]),
    tests("AIUDoorTests", ["AIUDoor", "AIUSystem", "CLinux"]),
    tests("AIUGuestTests", ["AIUGuest", "CLinux", "AIUDigest", "AIUTransfer", "AIUWire", "AIUSystem", "AIUJSON"]),
]

/// libFuzzer brings its own `main`, so these targets exist only when `make fuzz` asks for them.
let fuzzers: [Target] =
    ProcessInfo.processInfo.environment["AIU_FUZZ"] == nil
    ? []
    : [
        ("FuzzVirtqueue", ["AIUVsock", "AIUSystem", "CLinux"]),
        ("FuzzVhostUser", ["AIUVsock", "AIUSystem", "CLinux"]),
        ("FuzzProxy", ["AIUEgress"]),
        ("FuzzDNS", ["AIUEgress", "AIUModel"]),
        ("FuzzClientHello", ["AIUEgress"]),
        ("FuzzWire", ["AIUWire", "AIUJSON"]),
        ("FuzzJSON", ["AIUJSON", "AIUModel"]),
        ("FuzzArchive", ["AIUArchive", "AIUSystem"]),
        ("FuzzAudit", ["AIUAudit", "AIUModel"]),
        ("FuzzPolicy", ["AIUPolicy", "AIUModel", "AIUJSON"]),
        ("FuzzGGUF", ["AIUModels", "AIUModel"]),
        ("FuzzMeter", ["AIUMeter", "AIUModel", "AIUTokenLink", "AIUWire", "AIUJSON"]),
        ("FuzzInference", ["AIUInferenceLink", "AIUSystem"]),
        ("FuzzTransfer", ["AIUTransfer", "AIUDigest", "AIUWire", "AIUSystem"]),
    ].map { name, dependencies in
        program(
            name, dependencies.map { .init(stringLiteral: $0) }, path: "Tests/Fuzz/\(name)",
            linking: dependencies.contains("AIUAudit") ? [.linkedLibrary("sodium")] : [])
    }

let package = Package(
    name: "aiu",
    targets: systemLibraries + shared + host + guest + unitTests + fuzzers,
    cxxLanguageStandard: .cxx17
)
