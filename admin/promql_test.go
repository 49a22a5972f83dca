package admin_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// prometheus is as much of its arithmetic as the rules of docs/metrics.md need
// (prometheus.io/docs/prometheus/latest/querying): what it scraped, by series.
type prometheus map[string]*series

type series struct {
	name   string
	labels map[string]string
	points []point
}

type point struct {
	at time.Time
	v  float64
}

var label = regexp.MustCompile(`([a-z_]+)(=~|=)"([^"]*)"`)

// add keeps one line of a scrape, such as a{b="c"}.
func (p prometheus) add(line string, at time.Time, v float64) {
	s := p[line]
	if s == nil {
		name, labels, _ := strings.Cut(line, "{")
		s = &series{name: name, labels: map[string]string{}}
		for _, l := range label.FindAllStringSubmatch(labels, -1) {
			s.labels[l[1]] = l[3]
		}
		p[line] = s
	}
	s.points = append(s.points, point{at, v})
}

// reading is one element of an instant vector.
type reading struct {
	labels map[string]string
	v      float64
}

// query is an expression while it is evaluated at a time.
type query struct {
	prometheus
	at     time.Time
	tokens []string
}

var token = regexp.MustCompile(`[a-z_]+|\{[^}]*\}|\[[^\]]*\]|[0-9.]+|==|[(),<>-]`)

// eval returns what an expression selects at a time; an alert is on while that
// is something.
func (p prometheus) eval(expr string, at time.Time) []reading {
	q := &query{p, at, token.FindAllString(expr, -1)}
	left := q.term()
	if q.peek() == "-" {
		q.next()
		if right := q.term(); len(right) == 0 {
			left = nil
		} else {
			left[0].v -= right[0].v // of a scalar and one reading without labels
		}
	}
	compare := q.next()
	right := q.term()[0].v
	if len(q.tokens) > 0 {
		panic(fmt.Sprint("not understood: ", q.tokens))
	}
	return slices.DeleteFunc(left, func(s reading) bool {
		return compare == "==" && s.v != right || compare == ">" && !(s.v > right) || compare == "<" && !(s.v < right)
	})
}

func (q *query) peek() string {
	if len(q.tokens) == 0 {
		return ""
	}
	return q.tokens[0]
}

func (q *query) next() string {
	first := q.peek()
	q.tokens = q.tokens[1:]
	return first
}

func (q *query) term() []reading {
	word := q.next()
	if number, err := strconv.ParseFloat(word, 64); err == nil {
		return []reading{{v: number}}
	}
	switch word {
	case "time":
		q.next()
		q.next()
		return []reading{{v: float64(q.at.UnixMilli()) / 1000}}
	case "max", "sum":
		return q.aggregate(word)
	case "increase", "rate":
		q.next()
		all := q.overTime(word)
		q.next()
		return all
	case "histogram_quantile":
		q.next()
		quantile, _ := strconv.ParseFloat(q.next(), 64)
		q.next()
		buckets := q.term()
		q.next()
		return []reading{{v: quantileOf(quantile, buckets)}}
	}
	var all []reading
	for _, s := range q.selected(word) {
		if last := s.points[len(s.points)-1]; !last.at.Before(q.at.Add(-5 * time.Minute)) {
			all = append(all, reading{s.labels, last.v})
		}
	}
	return all
}

// selected are the series that a name and what follows it in braces select.
func (q *query) selected(name string) (all []*series) {
	var conditions []condition
	if strings.HasPrefix(q.peek(), "{") {
		conditions = conditionsOf(q.next())
	}
	for _, line := range slices.Sorted(maps.Keys(q.prometheus)) {
		s := q.prometheus[line]
		isOther := func(c condition) bool { return !c.value.MatchString(s.labels[c.label]) }
		if s.name == name && !slices.ContainsFunc(conditions, isOther) {
			all = append(all, s)
		}
	}
	return all
}

// condition is what a label must match.
type condition struct {
	label string
	value *regexp.Regexp
}

func conditionsOf(braces string) (all []condition) {
	for _, l := range label.FindAllStringSubmatch(braces, -1) {
		pattern := regexp.QuoteMeta(l[3])
		if l[2] == "=~" {
			pattern = l[3]
		}
		all = append(all, condition{l[1], regexp.MustCompile("^(" + pattern + ")$")})
	}
	return all
}

func (q *query) aggregate(how string) []reading {
	var by []string
	if q.peek() == "by" {
		for word := q.next(); word != ")"; word = q.next() {
			by = append(by, word)
		}
	}
	q.next()
	inner := q.term()
	q.next()
	groups := map[string]reading{}
	for _, s := range inner {
		labels := map[string]string{}
		for _, name := range by {
			if value, has := s.labels[name]; has {
				labels[name] = value
			}
		}
		old, isOld := groups[fmt.Sprint(labels)]
		switch {
		case isOld && how == "sum":
			s.v += old.v
		case isOld:
			s.v = max(s.v, old.v)
		}
		groups[fmt.Sprint(labels)] = reading{labels, s.v}
	}
	return slices.Collect(maps.Values(groups))
}

// overTime is increase or rate of a range, extrapolated as Prometheus does it:
// to the range's ends, at most by half a scrape beyond where the samples stop,
// and not below zero.
func (q *query) overTime(how string) (all []reading) {
	name := q.next()
	selected := q.selected(name)
	span, err := time.ParseDuration(strings.Trim(q.next(), "[]"))
	if err != nil {
		panic(err)
	}
	from := q.at.Add(-span)
	for _, s := range selected {
		points := slices.DeleteFunc(slices.Clone(s.points), func(p point) bool { return !p.at.After(from) || p.at.After(q.at) })
		if len(points) < 2 {
			continue
		}
		first, last := points[0], points[len(points)-1]
		increase := last.v - first.v
		sampled := last.at.Sub(first.at).Seconds()
		average := sampled / float64(len(points)-1)
		before, after := first.at.Sub(from).Seconds(), q.at.Sub(last.at).Seconds()
		if before > 1.1*average {
			before = average / 2
		}
		if increase > 0 {
			before = min(before, sampled*first.v/increase)
		}
		if after > 1.1*average {
			after = average / 2
		}
		increase *= (sampled + before + after) / sampled
		if how == "rate" {
			increase /= span.Seconds()
		}
		all = append(all, reading{s.labels, increase})
	}
	return all
}

// quantileOf interpolates in a histogram's buckets.
func quantileOf(quantile float64, buckets []reading) float64 {
	bound := func(s reading) float64 {
		f, _ := strconv.ParseFloat(s.labels["le"], 64)
		return f
	}
	slices.SortFunc(buckets, func(a, b reading) int { return cmp.Compare(bound(a), bound(b)) })
	if len(buckets) < 2 || buckets[len(buckets)-1].v == 0 {
		return math.NaN()
	}
	rank := quantile * buckets[len(buckets)-1].v
	i := slices.IndexFunc(buckets, func(s reading) bool { return s.v >= rank })
	switch i {
	case 0:
		return bound(buckets[0]) * rank / buckets[0].v
	case len(buckets) - 1:
		return bound(buckets[i-1])
	}
	low, high := buckets[i-1], buckets[i]
	return bound(low) + (bound(high)-bound(low))*(rank-low.v)/(high.v-low.v)
}
