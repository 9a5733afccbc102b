internal import AIUAssistant
internal import Glibc

exit(AssistantProgram.run())
