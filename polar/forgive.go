package polar

import (
	"encoding/json"
	"reflect"
	"strconv"
	"sync"
	"time"
)

// decode reads JSON into a struct of this package. Names count as they are
// spelled, the last of one name. A value of a wrong type, at any depth, counts
// as absent; false only ever means that this is no JSON. What it decodes into
// holds parts of the body, which must not change any more.
func decode(body []byte, into any) bool {
	s := newScanner(body)
	return s.whole(func() { s.fill(reflect.ValueOf(into).Elem()) })
}

// fill passes a value and sets v to it. It is false, and v empty, if the value
// is of a wrong type or null.
func (s *scanner) fill(v reflect.Value) bool {
	v.SetZero()
	c := s.next()
	switch kind := v.Kind(); {
	case v.Type() == timeType:
		return s.fillTime(v.Addr().Interface().(*Time))
	case kind == reflect.Pointer:
		return s.fillPointer(v)
	case kind == reflect.Struct && c == '{':
		s.fillStruct(v)
		return true
	case kind == reflect.Slice && c == '[':
		s.fillSlice(v)
		return true
	case kind == reflect.String && c == '"':
		v.SetString(s.quoted().text())
		return true
	case kind == reflect.Bool && (c == 't' || c == 'f'):
		v.SetBool(s.raw() == "true")
		return true
	case kind == reflect.Int64 && c != '"':
		n, err := strconv.ParseInt(s.raw(), 10, 64)
		if err == nil {
			v.SetInt(n)
		}
		return err == nil
	case kind == reflect.Map && c == '{':
		// Free-form, and seldom there. A number that no float64 holds is left out.
		_ = json.Unmarshal([]byte(s.raw()), v.Addr().Interface())
		return true
	}
	s.value()
	return false
}

var timeType = reflect.TypeFor[Time]()

func (s *scanner) fillTime(t *Time) bool {
	if s.next() != '"' {
		s.value()
		return false
	}
	var err error
	t.Time, err = time.Parse(time.RFC3339Nano, s.quoted().text())
	return err == nil
}

func (s *scanner) fillPointer(v reflect.Value) bool {
	if s.next() == 'n' {
		s.value()
		return false
	}
	to := reflect.New(v.Type().Elem())
	fits := s.fill(to.Elem())
	if fits {
		v.Set(to)
	}
	return fits
}

func (s *scanner) fillStruct(v reflect.Value) {
	fields := fieldsOf(v.Type())
	s.object(func(name string) {
		if i, ok := fields[name]; ok {
			s.fill(v.Field(i))
		} else {
			s.value()
		}
	})
}

func (s *scanner) fillSlice(v reflect.Value) {
	s.array(func() {
		one := reflect.New(v.Type().Elem()).Elem()
		if s.fill(one) {
			v.Set(reflect.Append(v, one))
		}
	})
}

var fieldsByType sync.Map // reflect.Type → map[string]int

// fieldsOf gives a struct's fields by their names in JSON.
func fieldsOf(t reflect.Type) map[string]int {
	if known, ok := fieldsByType.Load(t); ok {
		return known.(map[string]int)
	}
	fields := map[string]int{}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("json"); name != "" {
			fields[name] = i
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}
