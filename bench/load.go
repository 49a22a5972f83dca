package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// outcome is what a load met with.
type outcome struct {
	took      time.Duration
	latencies []time.Duration
}

func (o outcome) perSecond() float64 { return float64(len(o.latencies)) / o.took.Seconds() }

// post sends deliveries over a number of connections, each as soon as the one
// before it is answered or, with a gap, at fixed times: then a latency counts
// from when the delivery was due. Any answer but 202 is an error.
func post(address string, connections int, gap time.Duration, all []delivery) (outcome, error) {
	o := outcome{latencies: make([]time.Duration, len(all))}
	var next atomic.Int64
	errs := make([]error, connections)
	start := time.Now()
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() {
			c, err := connect(address)
			if err != nil {
				errs[i] = err
				return
			}
			defer c.Close()
			for n := next.Add(1) - 1; n < int64(len(all)) && errs[i] == nil; n = next.Add(1) - 1 {
				due := time.Now()
				if gap > 0 {
					due = start.Add(time.Duration(n) * gap)
					time.Sleep(time.Until(due))
				}
				errs[i] = c.post(all[n])
				o.latencies[n] = time.Since(due)
			}
		})
	}
	wait.Wait()
	o.took = time.Since(start)
	return o, errors.Join(errs...)
}

// connection speaks as much HTTP as it takes to read an answer: the generator
// shares the machine with what it measures.
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

func (c *connection) post(d delivery) error {
	if _, err := c.Write(d); err != nil {
		return err
	}
	status, length, err := c.head()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(c.answers, int64(length)))
	if err == nil && !strings.Contains(status, " 202 ") {
		err = fmt.Errorf("answered %s: %s", strings.TrimSpace(status), text)
	}
	return err
}

func (c *connection) head() (status string, length int, err error) {
	if status, err = c.answers.ReadString('\n'); err != nil {
		return "", 0, err
	}
	for {
		line, err := c.answers.ReadString('\n')
		if err != nil || line == "\r\n" {
			return status, length, err
		}
		if value, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return "", 0, err
			}
		}
	}
}
