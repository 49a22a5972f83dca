package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a server under measurement.
type process struct {
	*exec.Cmd
	address string        // of the webhook
	ready   time.Duration // from start until it could take deliveries
}

// startYardstick runs this program as the yardstick.
func startYardstick() (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), yardstickVariable+"="+address)
	return start(c, address, "http://"+address+"/")
}

// startBridge runs the binary on a journal, delivering to one Slack channel
// and one Discord webhook of the stand-in. Its log goes to a file, as a
// service's does.
func (b *bench) startBridge(journal string, s *platforms) (*process, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	admin, err := freeAddress()
	if err != nil {
		return nil, err
	}
	c := exec.Command(b.binary)
	c.Dir = b.dir
	c.Env = append(s.environment(),
		"POLAR_WEBHOOK_SECRET="+secret, "LISTEN_ADDR="+address, "ADMIN_ADDR="+admin, "DATABASE_URL="+journal)
	log, err := os.OpenFile(filepath.Join(b.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c.Stderr = log
	p, err := start(c, address, "http://"+admin+"/readyz")
	if err != nil {
		text, _ := os.ReadFile(log.Name())
		err = fmt.Errorf("%w\n%s", err, text)
	}
	return p, err
}

// start returns once the URL answers 200.
func start(c *exec.Cmd, address, url string) (*process, error) {
	const patience = 20 * time.Second
	p := &process{Cmd: c, address: address}
	begin := time.Now()
	if err := c.Start(); err != nil {
		return nil, err
	}
	for p.ready = 0; p.ready < patience; p.ready = time.Since(begin) {
		if answer, err := http.Get(url); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.ready = time.Since(begin)
				return p, nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	p.stop()
	return nil, fmt.Errorf("%s is not ready after %s", filepath.Base(c.Path), patience)
}

// stop ends the process as a service manager does.
func (p *process) stop() {
	_ = p.Process.Signal(os.Interrupt)
	_ = p.Wait()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// cpu is what the process has used of all processors, to a hundredth of a
// second (proc(5): utime and stime).
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// memory is what a process has resident, in MB.
type memory struct {
	all, most float64 // now, at most; with the pages of the binary itself
	own       float64 // without what is mapped from files, which the kernel may drop
}

// memory reads proc(5)'s VmRSS, VmHWM and RssAnon.
func (p *process) memory() (memory, error) {
	var m memory
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		switch name {
		case "VmRSS":
			m.all = float64(kb) / 1024
		case "VmHWM":
			m.most = float64(kb) / 1024
		case "RssAnon":
			m.own = float64(kb) / 1024
		}
	}
	return m, nil
}

// sleep ends early with ctx.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
