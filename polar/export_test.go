package polar

// Ours are the bridge's own event types.
var Ours = ours
