internal import AIUTools

// Filled by the runner.
print(Toolbox.tool(named: "") == nil)
