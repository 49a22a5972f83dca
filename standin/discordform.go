package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// form reads a JSON object as Discord does and collects what is wrong with it.
// Lengths are counted in characters (Unicode code points) after trimming; an
// explicit null is an absent field.
type form struct {
	errors map[string]any // nested by path, as in Discord's answer
	first  string
}

// add files an error under a path such as "embeds.0.title".
func (f *form) add(path, code, format string, a ...any) {
	if f.errors == nil {
		f.errors = map[string]any{}
		f.first = code + " " + path
	}
	node := f.errors
	for key := range strings.SplitSeq(path, ".") {
		next, ok := node[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			node[key] = next
		}
		node = next
	}
	list, _ := node["_errors"].([]any)
	node["_errors"] = append(list, map[string]any{"code": code, "message": fmt.Sprintf(format, a...)})
}

func (f *form) ok() bool { return f.errors == nil }

// reply is Discord's answer to an invalid form.
func (f *form) reply() reply {
	a := object(http.StatusBadRequest, map[string]any{
		"message": "Invalid Form Body", "code": 50035, "errors": f.errors,
	})
	a.code = "50035 " + f.first
	return a
}

// text is the field, trimmed, with at most limit characters.
func (f *form) text(m map[string]any, path, key string, limit int) string {
	v, present := m[key]
	if !present || v == nil {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		f.add(join(path, key), "STRING_TYPE_CONVERT", "Could not interpret value as string.")
		return ""
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > limit {
		f.add(join(path, key), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", limit)
	}
	return s
}

// required is text that must not be empty.
func (f *form) required(m map[string]any, path, key string, limit int) string {
	s := f.text(m, path, key, limit)
	if _, isText := m[key].(string); s == "" && (isText || m[key] == nil) {
		f.add(join(path, key), "BASE_TYPE_REQUIRED", "This field is required")
	}
	return s
}

func (f *form) link(m map[string]any, path, key string, limit int) string {
	s := f.text(m, path, key, limit)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		f.add(join(path, key), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	case u.Scheme != "http" && u.Scheme != "https":
		f.add(join(path, key), "URL_TYPE_INVALID_SCHEME", "Scheme %q is not supported. Scheme must be one of ('http', 'https').", u.Scheme)
	}
	return s
}

// whole is an integer from 0 to limit.
func (f *form) whole(m map[string]any, path, key string, limit float64) int {
	v := m[key]
	if v == nil {
		return 0
	}
	n, ok := v.(float64)
	switch {
	case !ok || n != float64(int64(n)):
		f.add(join(path, key), "NUMBER_TYPE_COERCE", "Value is not int.")
		return 0
	case n > limit:
		f.add(join(path, key), "NUMBER_TYPE_MAX", "int value should be less than or equal to %.0f.", limit)
	case n < 0:
		f.add(join(path, key), "NUMBER_TYPE_MIN", "int value should be greater than or equal to 0.")
	}
	return int(n)
}

func (f *form) list(m map[string]any, path, key string, limit int) []any {
	if m[key] == nil {
		return nil
	}
	list, ok := m[key].([]any)
	if !ok {
		f.add(join(path, key), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	if len(list) > limit {
		f.add(join(path, key), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", limit)
	}
	return list
}

func (f *form) object(v any, path string) map[string]any {
	m, ok := v.(map[string]any)
	if v != nil && !ok {
		f.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return m
}

func (f *form) flag(m map[string]any, path, key string) bool {
	b, ok := m[key].(bool)
	if m[key] != nil && !ok {
		f.add(join(path, key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
	}
	return b
}

// query checks the parameters that a webhook's calls know.
func (f *form) query(q url.Values) {
	for _, key := range []string{"wait", "with_components"} {
		if _, err := strconv.ParseBool(q.Get(key)); q.Has(key) && err != nil {
			f.add(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
		}
	}
	if id := q.Get("thread_id"); q.Has("thread_id") && id == "" {
		f.add("thread_id", "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// errorCode is the number in one of Discord's JSON errors, 0 if there is none.
func errorCode(body []byte) int {
	var v struct{ Code int }
	if json.Unmarshal(body, &v) != nil {
		return 0
	}
	return v.Code
}
