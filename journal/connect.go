package journal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// connectError puts an error of pgx, which has a line for each address, on one
// line, with the cure. Its errors hold no password.
func connectError(err error) error {
	var fault *pgconn.PgError
	var lookup *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &fault):
		return serverError(fault)
	case errors.As(err, &lookup):
		return fmt.Errorf("no address is known for %s (%s): correct the host in DATABASE_URL", lookup.Name, lookup.Err)
	case errors.As(err, &network):
		cause := network.Err
		for inner := errors.Unwrap(cause); inner != nil; inner = errors.Unwrap(inner) {
			cause = inner
		}
		return fmt.Errorf("cannot connect (%w): start Postgres, or correct host and port in DATABASE_URL", cause)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time: is Postgres at the host and port of DATABASE_URL, and does a firewall let this machine through?")
	}
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// serverError adds the cure to what the server itself answered.
// (https://www.postgresql.org/docs/current/errcodes-appendix.html)
func serverError(fault *pgconn.PgError) error {
	message := strings.Join(strings.Fields(fault.Message), " ")
	switch {
	case fault.Code == "42704" && strings.Contains(message, "parameter"): // pgx takes it for a setting of the server
		return fmt.Errorf("%s: remove it from the URL", message)
	case strings.HasPrefix(fault.Code, "28"), fault.Code == "3D000": // who, and which database
		return fmt.Errorf("%s: correct DATABASE_URL", message)
	case fault.Code == "42501": // privileges
		return fmt.Errorf("%s: let the user of DATABASE_URL create the schema polarbell, or give it one", message)
	}
	return errors.New(message)
}
