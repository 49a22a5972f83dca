package webhook

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode"
)

// mostForwarded bounds what the log repeats of a header that anyone can write:
// some three IPv6 addresses.
const mostForwarded = 120

// sender is where a request came from, for the log.
type sender struct {
	peer         string
	forwardedFor string // what a proxy on this machine or network says; Polar's answer repeats none of it
}

// isForeign reports whether the request was not signed by Polar: who sent it is
// then the question.
func (a answer) isForeign() bool {
	return a.outcome == answerUnsigned.outcome || a.outcome == answerWrong.outcome
}

// senderOf believes the header of a proxy only: anybody else may write what they
// like into it.
func senderOf(r *http.Request) sender {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	s := sender{peer: host}
	if peer, err := netip.ParseAddr(host); err == nil && (peer.Unmap().IsLoopback() || peer.Unmap().IsPrivate()) {
		s.forwardedFor = harmless(strings.Join(r.Header.Values("X-Forwarded-For"), ", "))
	}
	return s
}

// harmless is a text without control and direction marks, and not long.
func harmless(text string) string {
	text = strings.ToValidUTF8(text, "")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > mostForwarded {
		return string(runes[:mostForwarded]) + "…"
	}
	return text
}
