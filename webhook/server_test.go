package webhook_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/webhook"
)

// serve starts the real server with short timeouts.
func serve(t *testing.T, store *memory) string {
	t.Helper()
	s := webhook.Server(open(t, store, webhook.Options{}))
	if s.ReadTimeout == 0 || s.ReadHeaderTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
		t.Errorf("a timeout is missing: %+v", s)
	}
	s.ReadHeaderTimeout, s.ReadTimeout = 200*time.Millisecond, 200*time.Millisecond
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestSlowBody(t *testing.T) {
	store := &memory{}
	c := dial(t, serve(t, store))
	fmt.Fprintf(c, "POST /webhook HTTP/1.1\r\nHost: bridge\r\nContent-Length: %d\r\n", len(sample))
	_ = webhook.Sign(newSecret, "0c1", time.Now(), []byte(sample)).Write(c)
	fmt.Fprintf(c, "\r\n%s", sample[:len(sample)-1])

	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	if resp.StatusCode != http.StatusRequestTimeout || len(store.entries) != 0 {
		t.Errorf("status = %d with %d stored, want 408 and none", resp.StatusCode, len(store.entries))
	}
}

func TestSlowHeader(t *testing.T) {
	c := dial(t, serve(t, &memory{}))
	fmt.Fprint(c, "POST /webhook HTTP/1.1\r\nHost: bri")
	if got, _ := io.ReadAll(c); strings.HasPrefix(string(got), "HTTP/1.1 2") {
		t.Errorf("answer = %q, want none or a refusal", got)
	}
}

// A client that writes its whole body before it reads still gets the answer.
func TestTooLargeIsAnswered(t *testing.T) {
	addr := serve(t, &memory{})
	body := strings.Repeat(" ", 2<<20)
	resp, err := http.Post("http://"+addr+"/webhook", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status = %d, want 413", resp.StatusCode)
	}
}
