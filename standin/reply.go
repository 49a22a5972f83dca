package standin

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// reply is an answer before it is sent. Checks return the reply that refuses a
// call, or nil.
type reply struct {
	status int
	header http.Header
	body   []byte
	code   string // the platform's error, for Call
	delay  time.Duration
	reset  bool
}

// text is a reply in plain text; an error's is its code.
func text(status int, body string) *reply {
	a := &reply{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(body)}
	if status != http.StatusOK {
		a.code = body
	}
	return a
}

func object(status int, v any) *reply {
	return &reply{status: status, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body: encode(v)}
}

// encode is compact JSON with sorted names.
func encode(v any) jsontext.Value {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // every value here came from JSON or is a literal of this package
	}
	return b
}

// notModelled begins the error for what polarbell never sends. The real
// platforms may take it.
const notModelled = "standin: not modelled: "

// unmodelled lists the fields of an object that are set and are not among the
// modelled ones. Libraries send null and false for what is not set.
func unmodelled(m map[string]any, modelled ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(k string) bool {
		return slices.Contains(modelled, k) || m[k] == nil || m[k] == false || m[k] == "false"
	})
}

// model decodes an object into the struct that models it, and returns where the
// two differ, if they do.
func model(object map[string]any, into any) (problem string) {
	err := json.Unmarshal(encode(object), into, json.RejectUnknownMembers(true))
	var differs *json.SemanticError
	if errors.As(err, &differs) {
		return notModelled + string(differs.JSONPointer)
	}
	return ""
}
