package cli

// ForeignFile is foreignFile for tests, which cannot own the unit's folder.
var ForeignFile = foreignFile
