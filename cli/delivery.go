package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"polarbell/formatter"
	"polarbell/polar"
)

// maxBody is how much of a file or of standard input is read: what the bridge
// would take, in bytes.
const maxBody = 1 << 20

// readBody turns EVENT|FILE|- into a delivery's body. sample tells that it is
// a built-in one.
func readBody(what string, in io.Reader) (body []byte, sample bool, err error) {
	if body, known := polar.Sample(what); known {
		return body, true, nil
	}
	if what == "-" {
		body, err = io.ReadAll(io.LimitReader(in, maxBody+1))
		return body, false, err
	}
	body, err = os.ReadFile(what)
	if errors.Is(err, fs.ErrNotExist) {
		_, meant := polar.KnownPattern(what)
		if meant != "" {
			meant = fmt.Sprintf("; did you mean %s?", meant)
		}
		return nil, false, usageError{fmt.Errorf("%s is neither an event type nor a file%s", what, meant)}
	}
	return body, false, err
}

// cardOf composes the card of one delivery of which nothing else is known.
func cardOf(body []byte, o formatter.Options) (formatter.Card, error) {
	d, err := polar.Parse(body)
	if err != nil {
		return formatter.Card{}, err
	}
	card, tells := formatter.Compose(formatter.Known{
		Subject: d.Subject,
		Entries: []formatter.Entry{{
			Type: d.Type, Object: d.Object, At: d.At, Received: d.At, Brief: d.Brief, Body: body,
		}},
	}, o)
	if !tells {
		return card, fmt.Errorf("%s tells no news by itself: destinations get nothing", d.Type)
	}
	return card, nil
}
