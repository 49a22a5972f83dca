package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
	"polarbell/polar"
)

type forgetCommand struct {
	Who string `arg:"" name:"email|customer-id" help:"The person's e-mail address, or Polar's customer ID."`
	Yes bool   `help:"Do not ask."`
}

// Run removes a person from the journal, then our messages about them from the
// channels. What an earlier run could not clear it tries again.
func (c forgetCommand) Run(ctx context.Context, s Streams) error {
	who, ok := polar.PersonBy(c.Who)
	if !ok {
		return usageError{fmt.Errorf("forget: %q is neither an e-mail address nor a customer's ID; give the whole of one", c.Who)}
	}
	settings, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	subjects, customers, err := subjectsOf(ctx, j, who)
	if err != nil {
		return err
	}
	orders := ordersOf(j, settings, slog.New(slog.DiscardHandler))
	if err := bookAll(ctx, j, orders); err != nil {
		return err
	}
	linked, err := orders.CountOf(ctx, customers)
	if err != nil {
		return err
	}
	entries, messages, err := j.ToForget(ctx, subjects)
	if err != nil {
		return err
	}
	if entries+messages+linked == 0 {
		fmt.Fprintln(s.Out, "the journal knows nobody by this address or ID")
		return nil
	}
	if !c.agreed(s, entries, messages, linked) {
		return errors.New("nothing was removed: answer with y, or run the command again with --yes")
	}
	if err := orders.Forget(ctx, customers); err != nil {
		return err
	}
	rows, err := j.Forget(ctx, subjects)
	if err != nil {
		return err
	}
	options := composing(settings)
	options.Log = slog.New(slog.DiscardHandler)
	n := notifier.New(j, senders(settings, platforms()), options)
	return reportErased(ctx, s, n, rows)
}

// bookAll brings the ledger up to the newest delivery: an order that is blanked
// before it is booked would be missing from the sums.
func bookAll(ctx context.Context, j *journal.Journal, orders *ledger.Ledger) error {
	head, err := j.Head(ctx)
	if err != nil {
		return err
	}
	return orders.Follow(ctx, head)
}

// subjectsOf finds what is about a person, by all that deliveries call them, and
// the customer's ids among those names. An id of something else is the caller's
// mistake, which would otherwise look like an unknown customer.
func subjectsOf(ctx context.Context, j *journal.Journal, who polar.Person) (all, customers []string, err error) {
	kind, name := "", ""
	names := []polar.Person{who}
	for i := 0; i < len(names); i++ {
		subjects, err := j.Subjects(ctx, names[i].String(), func(body []byte) bool {
			if !names[i].IsIn(body) {
				kind, name = thing(kind, name, names[i], body)
				return false
			}
			for _, other := range names[i].Others(body) {
				if !slices.Contains(names, other) {
					names = append(names, other)
				}
			}
			return true
		})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, subjects...)
		if id := names[i].CustomerID(); id != "" {
			customers = append(customers, id)
		}
	}
	if len(all) == 0 && kind != "" {
		return nil, nil, usageError{fmt.Errorf("forget: this is the ID of %s, not of a customer; give an e-mail address or a customer's ID",
			called(kind, name))}
	}
	return all, customers, nil
}

// thing is the kind and the name known so far, or what a body adds to that.
func thing(kind, name string, id polar.Person, body []byte) (string, string) {
	if name != "" {
		return kind, name
	}
	if k, n := id.Thing(body); k != "" {
		return k, n
	}
	return kind, name
}

// called is a thing by its name, or with an article.
func called(kind, name string) string {
	switch {
	case name != "":
		return fmt.Sprintf("the %s %q", kind, name)
	case strings.ContainsRune("aeio", rune(kind[0])):
		return "an " + kind
	}
	return "a " + kind
}

// agreed says what is going to be removed, and asks.
func (c forgetCommand) agreed(s Streams, entries, messages, linked int) bool {
	fmt.Fprintf(s.Out, "to be removed: %s in the journal, %s in the channels", count(entries, "delivery"), count(messages, "message"))
	if linked > 0 {
		fmt.Fprintf(s.Out, ", the customer of %s in the ledger", count(linked, "order"))
	}
	fmt.Fprintln(s.Out)
	if c.Yes {
		return true
	}
	fmt.Fprint(s.Out, "Remove them for good? [y/N] ")
	answer, _ := bufio.NewReader(s.In).ReadString('\n')
	fmt.Fprintln(s.Out)
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

// reportErased clears the channels and lists what stands.
func reportErased(ctx context.Context, s Streams, n *notifier.Notifier, rows []journal.Message) error {
	erased, remaining := n.Erase(ctx, rows)
	fmt.Fprintf(s.Out, "removed from the journal; %s cleared\n", count(erased, "message"))
	for _, m := range remaining {
		fmt.Fprintf(s.Out, "%s: a message of %s stands: %v\n", m.Destination, m.Posted.Format("2006-01-02 15:04:05 MST"), m.Err)
	}
	if len(remaining) > 0 {
		return fmt.Errorf("%s left: delete by hand what no program may delete, and run the command again for the rest",
			count(len(remaining), "message"))
	}
	return nil
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
