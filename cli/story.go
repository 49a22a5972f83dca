package cli

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"polarbell/polar"
)

//go:embed stories.json
var storiesFile []byte

// script is what the demo plays: Polar's own sequences, each with another
// customer.
type script struct {
	Changes map[string]fields // by the name in a scene's With
	Missed  []story           // what happens before the bridge starts
	Stories []story
}

// story is deliveries as Polar sends them when one thing happens.
type story struct {
	Title    string
	Customer struct{ Name, Company, Email, Country string } // of its orders; empty: the samples' own
	Scenes   []scene
}

// scene is one delivery of a story: a built-in sample, changed.
type scene struct {
	Event  string
	Sample string   // of another type than Event, where that has the object as it is then
	With   []string // changes of the script, or "customer", merged into data
	Change fields   // merged into data last
}

type fields = map[string]any

func loadScript() (s script, err error) {
	err = json.Unmarshal(storiesFile, &s)
	return s, err
}

// bodies are the story's deliveries with fresh ids, the same throughout, and
// times of now.
func (s script) bodies(of story, now time.Time) ([][]byte, error) {
	changes := maps.Clone(s.Changes)
	changes["customer"] = of.customer()
	var bodies [][]byte
	for _, sc := range of.Scenes {
		body, err := sc.body(changes)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, body)
	}
	return polar.Refresh(now, bodies...), nil
}

func (s story) customer() fields {
	c := s.Customer
	company, address := cmp.Or(c.Company, c.Name), fields{"country": c.Country}
	return fields{
		"customer":        fields{"name": c.Name, "email": c.Email, "billing_name": company, "billing_address": address},
		"user":            fields{"public_name": c.Name, "email": c.Email},
		"billing_name":    company,
		"billing_address": address,
	}
}

func (s scene) body(changes map[string]fields) ([]byte, error) {
	name := cmp.Or(s.Sample, s.Event)
	sample, known := polar.Sample(name)
	if !known {
		return nil, fmt.Errorf("no sample of %s", name)
	}
	var event fields
	if err := json.Unmarshal(sample, &event); err != nil {
		return nil, fmt.Errorf("sample of %s: %w", name, err)
	}
	data, _ := event["data"].(fields)
	for _, name := range s.With {
		data = merge(data, changes[name])
	}
	event["data"], event["type"] = merge(data, s.Change), s.Event
	return json.Marshal(event)
}

// merge returns base with change on top, object by object.
func merge(base, change fields) fields {
	merged := maps.Clone(base)
	if merged == nil {
		merged = fields{}
	}
	for name, value := range change {
		inner, isObject := value.(fields)
		old, wasObject := merged[name].(fields)
		if isObject && wasObject {
			value = merge(old, inner)
		}
		merged[name] = value
	}
	return merged
}
