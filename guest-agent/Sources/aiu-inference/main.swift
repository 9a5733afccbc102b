// The process with the models of a VM: see docs/design/inference.md.
internal import AIUInference
internal import AIUInferenceLink
internal import AIUSandbox
internal import AIUSystem
internal import AIUWire
internal import Glibc

private let log = Log("aiu-inference")

private func fail(_ message: String) -> Never {
    log.error(message)
    exit(1)
}

/// Half of the machine's memory: the tools need the rest.
private var memoryLimit: Int { sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE)) }

private func confine() {
    var confinement = Confinement()
    confinement.ownNetwork = false
    confinement.limits = [ResourceLimit(.coreFile, 0), ResourceLimit(.lockedMemory, 0)]
    confinement.paths = ["/usr", "/aiu/models", "/sys/devices/system/cpu", "/proc/self", "/lib", "/lib64", "/etc"]
        .filter(Files.exists).map { PathGrant($0, .read) }
    // The links there lead to disks.
    for model in AttachedModels.read() where Files.exists(model.path) {
        confinement.paths.append(PathGrant(model.path, .read))
    }
    for gap in confinement.apply() { log.info("runs without \(gap)") }
}

/// The arithmetic is code that was loaded; from here on none is, and no process is started.
private func seal() {
    do throws(SystemError) {
        try SystemCallFilter.modelServer.load()
    } catch {
        log.info("runs without a filter of system calls: \(error)")
    }
}

// Usage: aiu-inference [--variant=NAME] [FOLDER…]. The listening socket is descriptor 3. Folders replace the usual places of
// models; a variant of the arithmetic replaces the one that fits the processor.
private let variantMark = "--variant="
private let words = CommandLine.arguments.dropFirst()
private let folders = words.filter { !$0.hasPrefix(variantMark) }
private let variant = words.first { $0.hasPrefix(variantMark) }?.dropFirst(variantMark.count)
if folders.isEmpty { confine() }
do throws(InferenceFailure) {
    let engine = try Engine(
        folders: folders.isEmpty ? .usual : ModelFolders(folders), memoryLimit: memoryLimit,
        variant: variant.map(String.init))
    log.info("arithmetic for \(engine.variant)")
    seal()
    do throws(SystemError) {
        try InferenceServer(engine).run(FileDescriptor(owning: 3))
    } catch {
        fail("the socket cannot be served: \(error)")
    }
} catch {
    fail("\(error)")
}
