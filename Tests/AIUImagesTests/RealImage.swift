import AIUDigest
import AIUSystem
import Glibc

/// An installed image with a given root file system and a kernel that nobody boots.
enum RealImage {
    static func install(root: [UInt8], in state: String) throws {
        let kernel: [UInt8] = [1, 2, 3]
        let manifest = """
            {"format":1,"flavour":"micro","architecture":"x86_64",
             "kernel":{"file":"vmlinux","bytes":\(kernel.count),"sha256":"\(SHA256.hex(of: kernel))"},
             "root":{"file":"root.erofs","bytes":\(root.count),"sha256":"\(SHA256.hex(of: root))"}}
            """
        let digest = String(SHA256.hex(of: manifest).prefix(16))
        let home = "\(state)/images/\(digest)"
        try Files.makeFolder(home)
        try Files.replace("\(home)/vmlinux", with: kernel)
        try Files.replace("\(home)/root.erofs", with: root)
        try Files.replace("\(home)/manifest.json", with: Array(manifest.utf8))
        unsafe symlink(digest, "\(state)/images/micro")
    }
}
