package polar

import (
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// scalar converts tokens of the given kinds to a T. Any other value is skipped
// and leaves T's zero value.
func scalar[T any](convert func(jsontext.Token) T, kinds ...jsontext.Kind) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(d *jsontext.Decoder, into *T) error {
		*into = *new(T)
		if !slices.Contains(kinds, d.PeekKind()) {
			return d.SkipValue()
		}
		token, err := d.ReadToken()
		if err == nil {
			*into = convert(token)
		}
		return err
	})
}

// toInt is 0 for a number that is not an int64.
func toInt(t jsontext.Token) int64 {
	n, err := t.Int()
	if err != nil {
		return 0
	}
	return n
}

// toAmount is nil where toInt is 0 for lack of an int64.
func toAmount(t jsontext.Token) *int64 {
	n, err := t.Int()
	if err != nil {
		return nil
	}
	return &n
}

func toTime(t jsontext.Token) Time {
	at, _ := time.Parse(time.RFC3339Nano, t.String()) // zero after an error
	return Time{at}
}

// toField makes a value of Fields.
func toField(t jsontext.Token) any {
	switch t.Kind() {
	case jsontext.KindString:
		return t.String()
	case jsontext.KindNumber:
		return Number(t.String())
	}
	return t.Bool()
}

// compound decodes every other type: Fields, structs, pointers to structs, and
// slices of structs. It empties the value first, since the library would merge
// an object into the one that an earlier member of the same name has filled in.
func compound(d *jsontext.Decoder, into any) error {
	v := reflect.ValueOf(into).Elem()
	v.SetZero()
	switch kind := d.PeekKind(); {
	case v.Kind() == reflect.Slice && kind == jsontext.KindBeginArray:
		return list(d, v)
	case v.Kind() != reflect.Slice && kind == jsontext.KindBeginObject:
		return errors.ErrUnsupported // the library takes over
	}
	return d.SkipValue()
}

// list decodes an array and leaves out the elements that are not objects.
func list(d *jsontext.Decoder, v reflect.Value) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != jsontext.KindEndArray {
		one := reflect.New(v.Type().Elem())
		isObject := d.PeekKind() == jsontext.KindBeginObject
		if err := json.UnmarshalDecode(d, one.Interface()); err != nil {
			return err
		}
		if isObject {
			v.Set(reflect.Append(v, one.Elem()))
		}
	}
	_, err := d.ReadToken()
	return err
}
