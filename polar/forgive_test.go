package polar

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode holds the scanner to encoding/json: what is JSON, and what each
// kind of object reads of it.
func FuzzDecode(f *testing.F) {
	for _, k := range Kinds() {
		body, _ := Sample(k.Type)
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
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newScanner([]byte(text))
		if got, want := s.whole(s.value), json.Valid([]byte(text)); got != want {
			t.Fatalf("valid: got %t, want %t", got, want)
		}
		same[envelope](t, text)
		same[Order](t, text)
		same[Checkout](t, text)
		same[Subscription](t, text)
		same[Notice](t, text)
		same[plainObject](t, text)
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
	_ = json.Unmarshal(fitting, &want) // fails at a number in free-form fields that no float64 holds
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(envelope{}, plainObject{}, delivered{})); diff != "" {
		t.Errorf("%T: want -, got +\n%s", got, diff)
	}
}

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
	case reflect.String, reflect.Bool, reflect.Map:
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
	for f := range t.Fields() {
		name := f.Tag.Get("json")
		if v, ok := object[name]; ok {
			fitting[name] = fit(v, f.Type)
		}
	}
	return fitting
}

func fitSlice(value any, t reflect.Type) any {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	fitting := []any{}
	for _, v := range list {
		if v := fit(v, t.Elem()); v != nil {
			fitting = append(fitting, v)
		}
	}
	return fitting
}
