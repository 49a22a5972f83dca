package standin

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// arguments are a Slack call's, whichever way they came: strings from a form,
// any JSON from a JSON body.
type arguments struct {
	values map[string]any
	token  string
}

var argumentName = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)

// parseArguments reads a form with the token in it or in the header, or JSON
// with the token in the header only (docs.slack.dev/apis/web-api). A token in
// the URL's query counts for nothing, as for every app made since 2021.
// Multipart forms are not offered: they serve file uploads.
func parseArguments(r *http.Request, body []byte) (arguments, string) {
	a := arguments{values: map[string]any{}}
	a.token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	for k, v := range r.URL.Query() {
		if k != "token" {
			a.values[k] = v[0]
		}
	}
	if r.Method != http.MethodPost {
		return a, ""
	}
	header := r.Header.Get("Content-Type")
	if header == "" {
		return a, "missing_post_type"
	}
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		return a, "invalid_post_type"
	}
	if c := strings.ToLower(params["charset"]); c != "" && c != "utf-8" && c != "iso-8859-1" {
		return a, "invalid_charset"
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return a, a.readForm(string(body))
	case "application/json":
		return a, a.readJSON(body)
	}
	return a, "invalid_post_type"
}

func (a *arguments) readForm(body string) string {
	form, err := url.ParseQuery(body)
	if err != nil {
		return "invalid_form_data"
	}
	for k, v := range form {
		switch {
		case !argumentName.MatchString(k):
			return "invalid_arg_name"
		case !utf8.ValidString(v[0]):
			return "invalid_form_data"
		case k == "token":
			a.token = v[0]
		default:
			a.values[k] = v[0]
		}
	}
	return ""
}

func (a *arguments) readJSON(body []byte) string {
	if !utf8.Valid(body) || !json.Valid(body) {
		return "invalid_json"
	}
	var v any
	json.Unmarshal(body, &v) // valid, as just seen
	values, ok := v.(map[string]any)
	if !ok {
		return "json_not_object"
	}
	for k, v := range values {
		if !argumentName.MatchString(k) {
			return "invalid_arg_name"
		}
		if v != nil && k != "token" {
			a.values[k] = v
		}
	}
	return ""
}

// text is an argument that is one value.
func (a arguments) text(key string) string {
	switch v := a.values[key].(type) {
	case nil, []any, map[string]any:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

func (a arguments) has(key string) bool { return a.values[key] != nil }

// structure is an argument that is JSON, or a string that holds it.
func (a arguments) structure(key string) (any, bool) {
	s, isText := a.values[key].(string)
	if !isText {
		return a.values[key], true
	}
	if strings.TrimSpace(s) == "" {
		return nil, true
	}
	var v any
	err := json.Unmarshal([]byte(s), &v)
	return v, err == nil
}

// list is an argument that is a JSON array.
func (a arguments) list(key string) (items []any, valid bool) {
	v, ok := a.structure(key)
	if v == nil {
		return nil, ok
	}
	items, isList := v.([]any)
	return items, ok && isList
}
