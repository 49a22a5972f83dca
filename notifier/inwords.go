package notifier

import (
	"errors"
	"net/http"
	"time"
)

// maxAPIAnswer is how many bytes are read of an answer of an API that lists
// much, such as Polar's.
const maxAPIAnswer = 32<<20 + 1

// NewAPITransport returns a transport, with the settings of base, to an API that
// is not a destination. As those to the platforms it keeps no dead connection,
// and its errors say in words what is wrong and what to do.
func NewAPITransport(base *http.Transport) http.RoundTripper {
	return inWords{&connections{base: base, byHost: map[string]*http.Transport{}, maxBody: maxAPIAnswer}}
}

type inWords struct{ next http.RoundTripper }

func (t inWords) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	response, err := t.next.RoundTrip(r)
	if err == nil {
		return response, nil
	}
	fault := networkFault(r.URL.Host, err, time.Since(began))
	if fault.Cure == "" {
		return nil, fault
	}
	return nil, errors.New(fault.Error() + ". " + fault.Cure)
}
