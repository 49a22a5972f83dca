package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"polarbell/polar"
)

// scene is one delivery of a story: a built-in sample, changed.
type scene struct {
	event  string
	change map[string]any // merged into data
}

// story is deliveries as Polar sends them when one thing happens.
type story struct {
	title  string
	scenes []scene
}

type fields = map[string]any

// stories are what the demo plays.
func stories() []story {
	tom := person("Tom Baker", "tom@bakery.example", "GB")
	maria := person("Maria Silva", "maria@silva.example", "PT")
	yuki := fields{
		"id": "7f0c5a52-61a9-4be8-9d27-3a4be1f0c6d8", "customer_email": "yuki@studio.example",
		"customer_name": nil, "customer_id": nil,
	}
	return []story{
		{"a purchase", []scene{
			{"checkout.created", fields{"status": "open"}},
			{"checkout.updated", fields{"status": "confirmed"}},
			{"order.created", fields{"status": "paid", "paid": true}},
			{"order.updated", fields{"status": "paid", "paid": true}},
			{"order.paid", nil},
			{"checkout.updated", fields{"status": "succeeded"}},
		}},
		{"a renewal", []scene{
			{"subscription.cycled", tom},
			{"order.created", renewal(tom, "pending")},
			{"order.paid", renewal(tom, "paid")},
		}},
		{"a refund of an earlier sale", []scene{
			{"order.paid", maria},
			{"refund.created", fields{"amount": 2000, "tax_amount": 0, "status": "succeeded", "reason": "customer_request"}},
			{"order.refunded", merge(maria, fields{
				"status": "partially_refunded", "refunded_amount": 2000, "refunded_tax_amount": 0,
			})},
		}},
		{"a checkout left behind", []scene{
			{"checkout.created", merge(yuki, fields{"status": "open", "modified_at": "2026-03-03T09:22:00Z"})},
			{"checkout.expired", merge(yuki, fields{"status": "expired", "modified_at": "2026-03-04T09:30:00Z"})},
		}},
	}
}

func person(name, email, country string) fields {
	address := fields{"country": country}
	return fields{
		"customer":        fields{"name": name, "email": email, "billing_name": name, "billing_address": address},
		"user":            fields{"public_name": name, "email": email},
		"billing_name":    name,
		"billing_address": address,
	}
}

// renewal makes the order sample the next month's of a subscription.
func renewal(customer fields, status string) fields {
	const cycled = "2026-04-12T10:05:03Z"
	return merge(customer, fields{
		"created_at": cycled, "modified_at": cycled, "subscription_id": "c9e6d3b0-a7f4-4182-9b5c-e8d1f2a70634",
		"status": status, "paid": status == "paid", "billing_reason": "subscription_cycle", "checkout_id": nil,
		"subtotal_amount": 3000, "discount_amount": 0, "net_amount": 3000, "amount": 3000, "tax_amount": 0,
		"total_amount": 3000, "due_amount": 3000, "discount": nil, "discount_id": nil,
	})
}

// bodies are the story's deliveries with fresh ids, the same throughout, and
// times of now.
func (s story) bodies(now time.Time) ([][]byte, error) {
	var bodies [][]byte
	for _, sc := range s.scenes {
		sample, known := polar.Sample(sc.event)
		if !known {
			return nil, fmt.Errorf("no sample of %s", sc.event)
		}
		var event fields
		if err := json.Unmarshal(sample, &event); err != nil {
			return nil, fmt.Errorf("sample of %s: %w", sc.event, err)
		}
		data, _ := event["data"].(fields)
		event["data"] = merge(data, sc.change)
		body, err := json.Marshal(event)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, body)
	}
	return polar.Refresh(now, bodies...), nil
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
