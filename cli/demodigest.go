package cli

import (
	"context"
	"fmt"

	"polarbell/config"
	"polarbell/formatter"
)

// showDigest posts how the day went so far, as DIGEST has it posted each morning.
func (b *bridge) showDigest(ctx context.Context, s Streams) error {
	fmt.Fprintf(s.Out, "\n=== The day in one message\n")
	card, err := digestCommand{}.card(ctx, s, b.journal, b.config, config.Destination{})
	if err != nil {
		return err
	}
	to := b.wrap(senders(b.config, b.transport)[0])
	_, err = to.Post(ctx, formatter.Message{Cards: []formatter.Card{card}})
	return err
}
