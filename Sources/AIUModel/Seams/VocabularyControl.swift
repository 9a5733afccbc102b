/// Which vocabulary texts are counted by.
package protocol VocabularyControl: Sendable {
    /// That of a model of the host, or of one that every image has.
    func vocabulary(of model: ModelName) async throws(Failure) -> VocabularyFile
    /// That by which the prompts and answers of a VM are counted: of the model that the prompt names, where the VM was given
    /// that, otherwise of the one that writes its answers.
    func vocabulary(for name: VMName, model: String?) async throws(Failure) -> VocabularyFile
}
