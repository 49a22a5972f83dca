package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Where the servers listen, below the ports from which Linux connects.
const (
	bridgeAddress    = "127.0.0.1:18080"
	adminAddress     = "127.0.0.1:18081"
	yardstickAddress = "127.0.0.1:18082"
)

// process is a server under measurement. It is killed when the run ends early.
type process struct {
	*exec.Cmd
	address   string        // takes deliveries
	ready     time.Duration // from start until it could take deliveries
	platforms *platforms    // that a bridge delivers to
}

// startYardstick runs this program as the yardstick.
func startYardstick(ctx context.Context) (*process, error) {
	p := &process{Cmd: exec.CommandContext(ctx, os.Args[0], "yardstick"), address: yardstickAddress}
	return p, p.start("http://" + yardstickAddress + "/")
}

// startBridge runs the binary on a journal, delivering to one Slack channel
// and one Discord webhook. Its log goes to a file, as a service's does.
func (b bench) startBridge(ctx context.Context, journal string) (*process, error) {
	log, err := os.Create(filepath.Join(b.dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &process{Cmd: exec.CommandContext(ctx, b.binary), address: bridgeAddress}
	if p.platforms, err = startPlatforms(); err != nil {
		return nil, err
	}
	p.Dir, p.Stderr = b.dir, log
	p.Env = append(p.platforms.environment, "TMPDIR="+os.TempDir(), "POLAR_WEBHOOK_SECRET="+secret,
		"LISTEN_ADDR="+bridgeAddress, "ADMIN_ADDR="+adminAddress, "DATABASE_URL="+journal)
	if err := p.start("http://" + adminAddress + "/readyz"); err != nil {
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	return p, nil
}

// start returns once the URL answers anything but that it is not ready.
func (p *process) start(url string) error {
	const patience = 20 * time.Second
	begin := time.Now()
	if err := p.Start(); err != nil {
		return err
	}
	for time.Since(begin) < patience {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusServiceUnavailable {
				p.ready = time.Since(begin)
				return nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	p.stop()
	return fmt.Errorf("%s is not ready after %s", filepath.Base(p.Path), patience)
}

// stop ends the process as a service manager does.
func (p *process) stop() {
	_ = p.Process.Signal(os.Interrupt)
	_ = p.Wait()
	if p.platforms != nil {
		_ = p.platforms.Close()
	}
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

// memory is what the process has resident, by proc(5).
func (p *process) memory() (string, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return "", err
	}
	mb := func(name string) float64 {
		var kb float64
		_, value, _ := strings.Cut(string(status), name+":")
		_, _ = fmt.Sscan(value, &kb)
		return kb / 1024
	}
	return fmt.Sprintf("%.1f MB, %.1f without the binary's pages (at most %.1f MB)", mb("VmRSS"), mb("RssAnon"), mb("VmHWM")), nil
}
