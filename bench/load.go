package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// post sends deliveries over a number of connections, each as soon as the one
// before it is answered, and returns how long each answer took.
func post(address string, connections int, all []delivery) ([]time.Duration, error) {
	latencies := make([]time.Duration, len(all))
	errs := make([]error, connections)
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() {
			c, err := connect(address)
			if err != nil {
				errs[i] = err
				return
			}
			defer c.Close()
			for n := i; n < len(all) && errs[i] == nil; n += connections {
				begin := time.Now()
				errs[i] = c.post(all[n])
				latencies[n] = time.Since(begin)
			}
		})
	}
	wait.Wait()
	return latencies, errors.Join(errs...)
}

// connection is kept open between deliveries.
type connection struct {
	net.Conn
	answers *bufio.Reader
}

func connect(address string) (*connection, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{c, bufio.NewReader(c)}, nil
}

// post sends one delivery. Any answer but 202 is an error.
func (c *connection) post(d delivery) error {
	if _, err := c.Write(d); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusAccepted {
		err = fmt.Errorf("answered %s: %s", answer.Status, text)
	}
	return err
}
