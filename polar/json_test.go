package polar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode compares decode with encoding/json: what is JSON, and what each
// kind of object reads of it.
func FuzzDecode(f *testing.F) {
	for _, k := range Types() {
		body, _ := Sample(k.Name)
		f.Add(string(body))
		var event map[string]json.RawMessage
		if err := json.Unmarshal(body, &event); err != nil {
			f.Fatal(err)
		}
		f.Add(string(event["data"]))
	}
	for _, text := range []string{
		"", " ", "null", "{", "{}x", "[1,]", "[,1]", `{"a":1,}`, `{"a"}`, `{a:1}`, "{\"a\":1\x00}", "01", "-", "1.", "1e", "1e+", "-0.5E-7",
		"tru", "nul", `"`, `"\`, `"\u12"`, `"\x"`, "\"\n\"", "\"\xff\"", `"\ud800"`, `"é\/"`,
		`{"id":"\u0041\ud83d\ude00\udc00` + "\xf0" + `","\u0069d":"b"}`, `{"type":"a","type":1,"data":{},"data":{"id":"c"}}`,
		`{"amount":1.0,"net_amount":1e2,"seats":9223372036854775808,"tax_amount":-7,"total_amount":null}`,
		`{"created_at":{"":{"":1}},"modified_at":"2026-03-01T10:00:00+02:00","items":[null,1,{"label":"x","amount":{}}]}`,
		`{"custom_field_data":{"a":1e999,"b":[{"c":null}]},"customer":[],"product":{"name":"x","name":null}}`,
		`{"custom_field_data":{"a":"x","a":{},"b":4798765432,"c":9007199254740993,"d":0.10,"e":-0,"f":true}}`,
		`{"product":{"name":"x"},"product":{},"custom_field_data":{"a":1},"custom_field_data":{},"items":[{}],"items":[]}`,
		`{"customer":{"name":"x"},"customer":null,"amount":1,"amount":"2","custom_field_data":{},"custom_field_data":null}`,
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same[envelope](t, text)
		same[Order](t, text)
		same[Checkout](t, text)
		same[Subscription](t, text)
		same[DestinationEvent](t, text)
		same[wireObject](t, text)
	})
}

// same compares decode with two passes of encoding/json, the first of which
// takes out what does not fit.
func same[T any](t *testing.T, text string) {
	t.Helper()
	var got, want T
	ok := decode([]byte(text), &got)
	var value any
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if json.Valid([]byte(text)) != ok {
		t.Fatalf("%T: decode is %t", got, ok)
	}
	if !ok {
		return
	}
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	fitting, err := json.Marshal(fit(value, reflect.TypeFor[T]()))
	if err != nil {
		t.Skip(err) // a time in a zone or year that encoding/json refuses to write
	}
	d = json.NewDecoder(bytes.NewReader(fitting))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(envelope{}, wireObject{}, delivered{}), fieldsByType); diff != "" {
		t.Errorf("%T: want -, got +\n%s", got, diff)
	}
}

// fieldsByType makes encoding/json's numbers comparable with this package's.
var fieldsByType = cmp.Transformer("fieldsByType", func(fields Fields) map[string]string {
	if fields == nil {
		return nil
	}
	typed := map[string]string{}
	for slug, value := range fields {
		if n, ok := value.(json.Number); ok {
			value = Number(n)
		}
		typed[slug] = fmt.Sprintf("%T %[1]v", value)
	}
	return typed
})

// fit returns value without what can't be read as t, and nil if nothing can.
func fit(value any, t reflect.Type) any {
	if t == reflect.TypeFor[Time]() {
		text, _ := value.(string)
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at.UTC()
		}
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return fit(value, t.Elem())
	case reflect.Struct:
		return fitStruct(value, t)
	case reflect.Slice:
		return fitSlice(value, t)
	case reflect.Int64:
		n, _ := value.(json.Number)
		if _, err := strconv.ParseInt(string(n), 10, 64); err == nil {
			return value
		}
	case reflect.Map:
		return fitMap(value, t)
	case reflect.Interface:
		switch value.(type) {
		case string, json.Number, bool:
			return value
		}
	case reflect.String, reflect.Bool:
		_, number := value.(json.Number) // whose kind is a string too
		if value != nil && !number && reflect.TypeOf(value).Kind() == t.Kind() {
			return value
		}
	}
	return nil
}

func fitStruct(value any, t reflect.Type) any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	fitting := map[string]any{}
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("json")
		if v, ok := object[name]; ok && name != "" && name != "-" {
			fitting[name] = fit(v, f.Type)
		}
	}
	return fitting
}

func fitMap(value any, t reflect.Type) any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	fitting := map[string]any{}
	for name, v := range object {
		fitting[name] = fit(v, t.Elem())
	}
	return fitting
}

func fitSlice(value any, t reflect.Type) any {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	var fitting []any
	for _, v := range list {
		if v := fit(v, t.Elem()); v != nil {
			fitting = append(fitting, v)
		}
	}
	return fitting
}
