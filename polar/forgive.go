package polar

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// decode reads JSON into a struct of this package. A value of a wrong type, at
// any depth, counts as absent; the error is only ever that this is no JSON.
func decode(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	// Unmarshal has gone on after the wrong value but left a pointer to zero in
	// its place, and an amount of 0 is not an amount unknown: so what does not
	// fit is taken out, and the rest read anew.
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return err
	}
	fitting, err := json.Marshal(fit(value, reflect.TypeOf(into)))
	if err != nil {
		return err
	}
	reflect.ValueOf(into).Elem().SetZero()
	if err := json.Unmarshal(fitting, into); !errors.As(err, &wrong) {
		return err
	}
	return nil // a number in free-form fields that no float64 holds
}

// fit returns value without what can't be read as t, and nil if nothing can.
func fit(value any, t reflect.Type) any {
	switch t {
	case reflect.TypeFor[Time](), reflect.TypeFor[json.RawMessage]():
		return value
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
	fitting := make(map[string]any, t.NumField())
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
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
	fitting := make([]any, 0, len(list))
	for _, v := range list {
		if v := fit(v, t.Elem()); v != nil {
			fitting = append(fitting, v)
		}
	}
	return fitting
}
