package polar

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

var address = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)

// Person is somebody by an e-mail address or a customer's id.
type Person struct{ email, id string }

// PersonBy reads an address or an id; false if the text is neither.
func PersonBy(text string) (Person, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case address.MatchString(text):
		return Person{email: text}, true
	case isUUID(text):
		return Person{id: text}, true
	}
	return Person{}, false
}

// String is the address or the id.
func (p Person) String() string { return p.email + p.id }

// CustomerID is the customer's id, "" of a person by an address.
func (p Person) CustomerID() string { return p.id }

// People are objects of payloads, by their keys, that are a customer. A user is
// what Polar called a customer until 2025.
var people = []string{"customer", "user"}

// IsIn reports whether a field about people names the person. Any other text,
// such as an organization's own address, does not count.
func (p Person) IsIn(body []byte) bool {
	return search(body, func(holder, key, value string, _ map[string]any) bool {
		if p.email != "" {
			isAddress := key == "email" || strings.HasSuffix(key, "_email") || holder == "custom_field_data"
			return isAddress && holder != "organization" && strings.EqualFold(strings.TrimSpace(value), p.email)
		}
		bare, isReference := strings.CutSuffix(key, "_id")
		isPerson := isReference && slices.Contains(people, bare) || key == "id" && slices.Contains(people, holder)
		return isPerson && strings.EqualFold(value, p.id)
	})
}

// Others returns what else a body calls the person: a customer's id by its
// address, and the address by the id. Much names only one of the two: a refund
// has no address, a checkout of a new customer no id.
func (p Person) Others(body []byte) (others []Person) {
	search(body, func(holder, key, value string, object map[string]any) bool {
		id, email := "id", "email"
		if holder == "checkout" {
			id, email = "customer_id", "customer_email"
		} else if !slices.Contains(people, holder) {
			return false
		}
		other := ""
		switch {
		case key == email && p.email != "" && strings.EqualFold(strings.TrimSpace(value), p.email):
			other, _ = object[id].(string)
		case key == id && p.id != "" && strings.EqualFold(value, p.id):
			other, _ = object[email].(string)
		}
		if o, ok := PersonBy(other); ok {
			others = append(others, o)
		}
		return false
	})
	return others
}

// Thing is what an id stands for that is not a customer's: "product", and the
// product's name. Both are "" if the body does not have the id.
func (p Person) Thing(body []byte) (kind, name string) {
	search(body, func(holder, key, value string, object map[string]any) bool {
		if p.id == "" || !strings.EqualFold(value, p.id) {
			return false
		}
		bare, isReference := strings.CutSuffix(key, "_id")
		switch {
		case key == "id" && holder != "":
			kind = strings.TrimSuffix(holder, "s")
			name, _ = object["name"].(string)
		case isReference && kind == "":
			kind = bare
		}
		return name != ""
	})
	return strings.ReplaceAll(kind, "_", " "), bounded(name, maxName)
}

// search walks through a body until found returns true, which gets each text
// with its key, the object that has it, and that object's own key. The key of
// the event's object is the first part of its type.
func search(body []byte, found func(holder, key, value string, object map[string]any) bool) bool {
	var event struct {
		Type string `json:"type"`
		Data any    `json:"data"`
	}
	if json.Unmarshal(body, &event, lenient) != nil {
		return false
	}
	return searchValue(family(event.Type), "", event.Data, nil, found)
}

func searchValue(holder, key string, value any, object map[string]any, found func(string, string, string, map[string]any) bool) bool {
	switch v := value.(type) {
	case string:
		return found(holder, key, v, object)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return searchValue(holder, key, e, object, found) })
	case map[string]any:
		if key != "" {
			holder = key
		}
		for k, inner := range v {
			if searchValue(holder, k, inner, v, found) {
				return true
			}
		}
	}
	return false
}
