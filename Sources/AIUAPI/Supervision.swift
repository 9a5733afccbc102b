package import AIUModel

/// Everything that the interface asks of the supervisor.
package typealias Supervision = Control & LifeCycleControl & ConfigurationControl & ArchiveControl & ModelControl
    & VocabularyControl & PolicyControl & NetworkControl
