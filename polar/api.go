package polar

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

const (
	// apiTimeout bounds a request: a list of deliveries may take Polar a while.
	apiTimeout = 20 * time.Second
	// maxAnswer is how many bytes of an answer are read. A page of attempts holds a
	// hundred payloads.
	maxAnswer = 32 << 20
	// apiRows is the most that a page may have.
	apiRows = 100
	// apiVersionAsked is the version of the API that this package reads.
	apiVersionAsked = currentVersion
)

// API makes the few calls of Polar's API that the bridge needs. It may be used
// concurrently. Neither its errors nor what prints it hold the token.
type API struct {
	base  *url.URL
	token func() string // nothing prints what it returns
	http  http.RoundTripper

	mu   sync.Mutex
	pace apiPace
}

// NewAPI returns the API at a base URL such as https://api.polar.sh/v1/, which
// acts for the organization whose token it is. The transport's errors must be
// fit for people to read: they are passed on.
func NewAPI(base *url.URL, token string, transport http.RoundTripper) *API {
	return &API{base: base, token: func() string { return token }, http: transport}
}

// call sends one request at a time when the pace allows it, again where Polar
// asks for patience, and decodes the answer.
func (a *API) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	const tries = 3
	for try := 1; ; try++ {
		if err := a.wait(ctx); err != nil {
			return err
		}
		err := a.send(ctx, method, path, query, body, into)
		var limited *limitedError
		if !errors.As(err, &limited) {
			return err
		}
		if a.hold(limited.wait); try == tries {
			return err
		}
	}
}

// send makes one request. It follows no redirect: the API has none where it is
// called rightly.
func (a *API) send(ctx context.Context, method, path string, query url.Values, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	request, err := a.request(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	response, err := a.http.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s broke off its answer", a.base.Host)
	case len(answer) > maxAnswer:
		return fmt.Errorf("%s answered with more than %d MB", a.base.Host, maxAnswer>>20)
	case response.StatusCode/100 != 2:
		return a.refusal(method, path, response)
	case json.Unmarshal(answer, into, lenient) != nil:
		return a.nonsense()
	}
	return nil
}

func (a *API) request(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	to := a.base.JoinPath(path)
	to.RawQuery = query.Encode()
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, to.String(), payload)
	if err != nil {
		return nil, errors.New("POLAR_API_URL is not a URL that can be called")
	}
	request.Header.Set("Authorization", "Bearer "+a.token())
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Polar-Version", apiVersionAsked)
	request.Header.Set("User-Agent", "polarbell")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// listing is one page of a list.
type listing[T any] struct {
	Items      []T `json:"items"`
	Pagination struct {
		Pages int64 `json:"max_page"`
	} `json:"pagination"`
}

// page reads a page of a list, the first one is 1, and says how many there are.
func page[T any](ctx context.Context, a *API, path string, query url.Values, number int) ([]T, int, error) {
	query.Set("page", strconv.Itoa(number))
	query.Set("limit", strconv.Itoa(apiRows))
	var l listing[T]
	if err := a.call(ctx, http.MethodGet, path, query, nil, &l); err != nil {
		return nil, 0, err
	}
	if l.Items == nil {
		return nil, 0, a.nonsense()
	}
	return l.Items, int(l.Pagination.Pages), nil
}
