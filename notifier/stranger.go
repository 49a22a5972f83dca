package notifier

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A form reports whether a response is one that the platform itself gives. Any
// other comes from something before it: a proxy, a firewall, the login page of
// a network, Cloudflare. It says nothing about the destination, so it is never
// judged by its status.
type form func(*response) bool

// slackForm is the form of Slack's Web API: a JSON object, that of an error with
// a code.
func slackForm(r *response) bool {
	var body struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	isObject := strings.HasPrefix(r.text(), "{") && json.Unmarshal(r.body, &body) == nil
	return isObject && (r.status/100 == 2 || body.OK != nil && isSlackCode(body.Error))
}

// slackWebhookForm is the form of an incoming webhook: "ok", or an error code.
// One that is not listed has an underscore: a proxy says "forbidden" too.
func slackWebhookForm(r *response) bool {
	code := r.text()
	_, isListed := slackVerdicts[code]
	return r.status/100 == 2 && code == "ok" || isSlackCode(code) && (isListed || strings.Contains(code, "_"))
}

// discordForm is a JSON object; that of an error has one of Discord's codes,
// which are 0 or have five digits and more, or says how long to wait. Only the
// answer to a deletion is empty.
func discordForm(r *response) bool {
	if r.status == http.StatusNoContent {
		return true
	}
	var body struct {
		Code       *int     `json:"code"`
		RetryAfter *float64 `json:"retry_after"`
	}
	isObject := strings.HasPrefix(r.text(), "{") && json.Unmarshal(r.body, &body) == nil
	isError := body.RetryAfter != nil || body.Code != nil && (*body.Code == 0 || *body.Code >= 10_000)
	return isObject && (isError || r.status/100 == 2)
}

// strangerCure is what a person can do if waiting does not help.
const strangerCure = "It is tried again by itself. If it stays so, look at what stands between this machine and %s: a proxy, a firewall, the login page of a network."

const proxyCure = "The proxy wants a user and a password: put USER:PASSWORD@ before its host in HTTPS_PROXY, restart."

// stranger is the fault of a response that does not have the platform's form. A
// success may be the platform's, in other words.
func (r *response) stranger() *Fault {
	f := &Fault{Verdict: Later, Code: fmt.Sprint(r.status), Cure: fmt.Sprintf(strangerCure, r.platform)}
	if r.status/100 == 2 {
		f.Verdict = Unknown
	}
	by := "something before it"
	if r.status == http.StatusProxyAuthRequired {
		by, f.Cure = "a proxy", proxyCure
	}
	if server := printable(r.header.Get("Server"), 40); server != "" {
		by += " (" + server + ")"
	}
	f.Detail = fmt.Sprintf("this is not %s's answer but comes from %s: %s", r.platform, by, r.words())
	return f
}

var (
	htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	notText   = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>|<[^>]*>`)
	anyURL    = regexp.MustCompile(`(?i)\b[a-z]+://(?:[^\s/@"'<>]*@)?([^\s/"'<>?#]*)[^\s"'<>]*`)
)

// words are what a response says to people: a page's title, else its text. Of a
// URL they keep the host, since the rest may hold a secret.
func (r *response) words() string {
	if r.status/100 == 3 {
		to, err := url.Parse(r.header.Get("Location"))
		if err == nil && to.Host != "" {
			return "a redirect to " + printable(to.Hostname(), 100)
		}
		return "a redirect"
	}
	said := r.text()
	if title := htmlTitle.FindStringSubmatch(said); title != nil && strings.TrimSpace(title[1]) != "" {
		said = title[1]
	}
	said = html.UnescapeString(notText.ReplaceAllString(said, " "))
	if said = printable(anyURL.ReplaceAllString(said, "$1"), 150); said == "" {
		return "without a word"
	}
	return said
}

// printable is a stranger's text in one line of at most n characters.
func printable(s string, n int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }), " ")
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n]) + "…"
	}
	return s
}
