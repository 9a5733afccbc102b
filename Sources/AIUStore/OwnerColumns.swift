/// Whose a VM is, and in which project it counts.
enum OwnerColumns {
    static let migration = Migration(
        "owners",
        """
        ALTER TABLE vm ADD COLUMN owner INTEGER CHECK (owner BETWEEN 0 AND 4294967295);
        ALTER TABLE vm ADD COLUMN project TEXT CHECK (length(project) BETWEEN 1 AND 256);
        """)
}
