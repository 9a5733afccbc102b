/// One change of the world that is whole or not there: after each of them this supervisor may be killed.
package enum Step: String, CaseIterable, Sendable {
    case rowInserted, rowUpdated, rowRemoved, revisionSaved
    case profileSaved, profileRemoved
    case disksCreated, emptyDiskCreated, diskFilled, diskCopied, diskRemoved, diskFileWritten, diskConfigured, diskGrown
    case modelReceived, modelKept, modelPlaced, modelWithdrawn, modelForgotten, modelDiscarded, modelsSettled
    case modelChosen
    case strayRemoved, imageRemoved, stampRemoved
    case backEndOpened, backEndAdopted, backEndClosed
    case shutdownOrdered, guestConfigured
    case machineBooted, machineDestroyed, machinePaused, machineResumed
}
