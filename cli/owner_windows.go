package cli

// ownerOf knows of no owner: systemd is not there.
func ownerOf(string) (uid uint32, exists bool) { return 0, false }
