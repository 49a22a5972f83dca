package config

// audiences marks the destinations of PUBLIC and ANONYMOUS.
func (r *reader) audiences(all []Destination) {
	r.each("PUBLIC", r.Public, all, func(d *Destination) { d.Public = true })
	r.each("ANONYMOUS", r.Anonymous, all, func(d *Destination) { d.Anonymous = true })
}

// each does something to the destinations that a list names.
func (r *reader) each(variable, list string, all []Destination, do func(*Destination)) {
	for i, name := range r.items(variable, list) {
		if at := find(all, name); at >= 0 {
			do(&all[at])
		} else {
			e := entry{variable: variable, number: i + 1, shown: show(name), name: name}
			r.unknown(e, all)
		}
	}
}
