// Filled with the tests of the verbs.
