package journal

import "context"

// Forgotten returns the slots, by destination, of cards that were made only of
// what Forget has blanked since: messages about a forgotten person that may
// still stand, and that a platform can be asked to remove.
func (j *Journal) Forgotten(ctx context.Context) (map[string][]Slot, error) {
	slots := map[string][]Slot{}
	_, err := collect(ctx, j, func(scan scanner) (struct{}, error) {
		var destination string
		s, err := scanSlot(func(into ...any) error { return scan(append([]any{&destination}, into...)...) })
		slots[destination] = append(slots[destination], s)
		return struct{}{}, err
	}, `SELECT destination, `+slotColumns+` FROM polarbell.cards c
		WHERE message IS NOT NULL
		AND EXISTS (SELECT 1 FROM polarbell.entries e WHERE `+is("e.subject", "c.subject")+` AND e.seq <= c.shown)
		AND NOT EXISTS (SELECT 1 FROM polarbell.entries e
			WHERE `+is("e.subject", "c.subject")+` AND e.seq <= c.shown AND LENGTH(e.body) > 0) ORDER BY id`)
	return slots, err
}
