package formatter

import "polarbell/polar"

// basic is the newest delivery of an object that has no layout of its own.
func (s *story) basic() (n news, event string) {
	for _, t := range s.others {
		d := t.newestTelling()
		if n.kind == newsNone || d.At.After(n.at) {
			n, event = basicNews(t, d)
		}
	}
	return n, event
}

func basicNews(t *track, d delivery) (n news, event string) {
	n = news{kind: newsBasic, at: d.At, track: t}
	switch d.Type {
	case polar.Parked:
		n.kind = newsParked
	case polar.Recovered:
		n.kind = newsWorks
	default:
		return n, d.Type
	}
	return n, ""
}
