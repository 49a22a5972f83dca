package admin

import (
	"bytes"
	"net/http"
)

// missing answers with a page that leads back, for what is not there.
func (a *admin) missing(w http.ResponseWriter, r *http.Request, what string) {
	page := struct {
		frame
		What string
	}{a.frame(r, "Not found"), what}
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, "missing", page); err != nil {
		a.broken(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = body.WriteTo(w)
}

// nothing is at all other addresses.
func (a *admin) nothing(w http.ResponseWriter, r *http.Request) {
	a.missing(w, r, "There is no page at this address.")
}

// noDestination is what to say of a name that is not configured.
const noDestination = "No destination of this name is configured."
