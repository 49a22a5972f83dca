package config

import (
	"strings"

	"polarbell/compose"
)

// usualDaily is what comes as one message a day unless DAILY says otherwise.
const usualDaily = "renewal|free|abandoned"

// daily gives each destination the kinds of news that come as one message a
// day. An entry without a name is for those that have none of their own.
func (r *reader) daily(all []Destination) {
	usual := compose.MustRoute(usualDaily)
	own := map[string]bool{}
	hasUsual := false
	for _, e := range r.entries("DAILY", r.Daily) {
		route := r.dailyRoute(e)
		i := find(all, e.name)
		switch {
		case e.name == "" && hasUsual:
			r.wrong(e, "is a second one for all destinations; put a | between kinds, as in %s", usualDaily)
		case e.name == "":
			usual, hasUsual = route, true
		case i < 0:
			r.unknown(e, all)
		default:
			all[i].Daily, own[e.name] = append(all[i].Daily, route...), true
		}
	}
	for i, d := range all {
		if !own[d.Name] {
			all[i].Daily = usual
		}
	}
}

func (r *reader) dailyRoute(e entry) compose.Route {
	if strings.EqualFold(e.value, "none") {
		return nil
	}
	return r.route(e)
}
