package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

const (
	// maxBody is the largest delivery in bytes, as the bridge takes it.
	maxBody = 1 << 20
	// maxInput is how much of standard input is read: it may have no end.
	maxInput = 64 << 20
)

// readBodies turns EVENT|FILE|- into deliveries' bodies; a file may hold a JSON
// array of them. sample says that it is a built-in one.
func readBodies(what string, in io.Reader) (bodies [][]byte, sample bool, err error) {
	if body, known := polar.Sample(what); known {
		return [][]byte{body}, true, nil
	}
	text, err := readText(what, in)
	if err != nil {
		return nil, false, err
	}
	bodies = [][]byte{text}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		if bodies, err = elements(text); err != nil {
			return nil, false, fmt.Errorf("%s: not a JSON array of deliveries: %w", what, err)
		}
	}
	for i, body := range bodies {
		if len(body) > maxBody {
			return nil, false, fmt.Errorf("%s: delivery %d is larger than 1 MiB, the most that the bridge takes", what, i+1)
		}
	}
	return bodies, false, nil
}

func readText(what string, in io.Reader) ([]byte, error) {
	if what == "-" {
		return io.ReadAll(io.LimitReader(in, maxInput))
	}
	text, err := os.ReadFile(what)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	meant := polar.NearestType(what)
	if meant != "" {
		meant = fmt.Sprintf("; did you mean %s?", meant)
	}
	return nil, usageError{fmt.Errorf("%s is neither an event type nor a file%s", what, meant)}
}

func elements(array []byte) (bodies [][]byte, err error) {
	var several []json.RawMessage
	err = json.Unmarshal(array, &several)
	for _, body := range several {
		bodies = append(bodies, body)
	}
	return bodies, err
}

// cardsOf composes the cards of deliveries beside which nothing is known. What
// is over by itself, such as a completed checkout, is shown where there is
// nothing else.
func cardsOf(bodies [][]byte, o compose.Options) ([]formatter.Card, error) {
	var entries []compose.Entry
	for i, body := range bodies {
		d, err := polar.Parse(body)
		if err != nil {
			return nil, err
		}
		entries = append(entries, compose.Entry{
			Seq: int64(i + 1), Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body,
		})
	}
	cards := compose.Cards(compose.NewHistory(entries), o)
	current := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return c.Over || c.Kind == "" && len(cards) > 1 })
	switch {
	case len(current) > 0:
		return current, nil
	case len(cards) > 0:
		return cards, nil
	}
	return nil, errors.New("tells no news by itself: destinations get nothing")
}
