/// Which models a VM was given when it started last, as names with a space between.
enum GivenModels {
    static let migration = Migration(
        "given-models",
        """
        ALTER TABLE vm ADD COLUMN models TEXT NOT NULL DEFAULT '' CHECK (length(models) <= 1024);
        """)
}
